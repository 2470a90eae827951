-- Who understood the message: the grammar, or the model that is asked when the grammar does not.
alter table chat_actions add column read_by text not null default 'grammar'
  constraint chat_actions_read_by_check check (read_by in ('grammar', 'model'));
