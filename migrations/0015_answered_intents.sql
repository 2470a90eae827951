-- A request that was answered with an error of the provider's own cannot land later; one without an answer may.
alter table provider_intents add column answered boolean not null default false;
