/** The files in which machines keep credentials, as the rules look for them. */

/** Holds nothing but secrets: no API client of its own reads it. A public key is none. */
export const SECRET_FILE = String.raw`(?:\.ssh(?:[/\\]id_(?:rsa|dsa|ecdsa|ed25519)(?!\w{0,4}\.pub)|[/\\]?(?=["'\s)*|;]|$))|\.aws[/\\](?:credentials|["'\s)*])|\.gnupg\b|/etc/shadow\b|wallet\.dat\b|\.bitcoin\b|\.ethereum[/\\]keystore|Exodus[/\\]exodus\.wallet|(?:Chrome|Chromium|Brave-Browser|Edge)[^\n"']{0,60}(?:Login Data|Cookies|Local State)|Login Data\b|logins\.json\b|key4\.db\b|cookies\.sqlite\b|login\.keychain|Keychains[/\\]|/proc/(?:self|\d{1,7}|\*)/environ|\.git-credentials\b|\.claude[/\\]\.credentials\.json|\.codex[/\\]auth\.json)`;

/** Holds a secret beside settings: its own tools read it every day. */
export const SETTINGS_WITH_SECRETS = String.raw`(?:\.config[/\\]gcloud[/\\](?:application_default_credentials\.json|credentials\.db|access_tokens\.db)|\.azure[/\\](?:accessTokens\.json|msal_token_cache)|\.kube[/\\]config\b|\.docker[/\\]config\.json|\.netrc\b|\.npmrc\b|\.pypirc\b|\.config[/\\]gh[/\\]hosts\.yml|\.terraform\.d[/\\]credentials|\.(?:openclaw|clawdbot|moltbot)[/\\](?:\.env|credentials|openclaw\.json|clawdbot\.json))`;
