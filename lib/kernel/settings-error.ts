/** A setting that is missing or wrong; its message names the variable and is all that the start prints. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
