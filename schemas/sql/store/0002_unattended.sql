-- Harvests that nobody watches: what a whole list has named, when a source is due, what people decided about records.

alter table records add column vanished text;   -- when its source no longer named it, though it never said "deleted"; null: it is there
alter table quarantine add column tries integer not null default 0;  -- how often `harvester retry` has asked for it again

create table sightings (               -- what a whole list has named so far; emptied when the list ends
  source text not null,
  list text not null,
  identifier text not null,
  primary key (source, list, identifier)
) strict, without rowid;

create table schedule (                -- how a source's harvests go, for runs that harvest what is due
  source text primary key,
  started text not null,               -- when its last harvest began
  completed text,                      -- when it last ended complete
  whole text,                          -- when a harvest of everything last ended complete
  failures integer not null default 0, -- harvests in a row that did not end complete
  not_before text,                     -- it is left alone until then: it failed, or asked for it
  reason text not null default ''      -- why
) strict;

create table decisions (               -- what people decided; never overwritten: a newer one undoes an older one
  id integer primary key,
  kind text not null,                  -- suppress
  subject text not null,               -- what it is about: an identifier with its scheme, doi:10.1136/..., or a record, source + tab + identifier
  value text not null,                 -- suppress: yes, erase (its bytes too), or no
  reason text not null,
  decided_by text not null,
  decided text not null
) strict;
create index decisions_subject on decisions(kind, subject);
