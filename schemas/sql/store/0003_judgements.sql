-- What people decide about records of works: same, different, pin, undo. Decisions to suppress stay as they are.

alter table decisions add column decision text;  -- hash of what was decided, by whom, when and why; one for all its rows; null: suppress, remove
alter table decisions add column side integer not null default 0;    -- same, different: the records of each side; pin: their order
alter table decisions add column element text not null default '';   -- pin: whose value; `value` has it as JSON
create unique index decisions_once on decisions(decision, subject) where decision is not null;
create index decisions_decided on decisions(decided) where decision is not null;
