-- Harvests that nobody watches: what a whole list has named, when a source is due, what people decided, and how much is there.

alter table records add column vanished text;   -- when its source no longer named it, though it never said "deleted"; null: it is there
alter table records add column seal integer;    -- checksum over what was sent, so that `harvester check` sees a changed byte; null: older
alter table record_versions add column seal integer;
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

create table origins (                 -- where a source was last harvested from: at another address its lists begin anew
  source text primary key,
  url text not null,
  since text not null
) strict;

create table decisions (               -- what people decided; never overwritten: a newer one undoes an older one
  id integer primary key,
  kind text not null,                  -- suppress; remove: of a source
  subject text not null,               -- what it is about: a match key such as doi:10.1136/..., or a record, source + tab + identifier; a source
  value text not null,                 -- suppress: yes, erase (its bytes too), or no; remove: the source's last run
  name text not null,                  -- what it was asked for as: the key of a work
  reason text not null,
  decided_by text not null,
  decided text not null
) strict;
create index decisions_subject on decisions(kind, subject);

create table tallies (                 -- how many rows there are: a damaged page that lost some does not say so by itself
  what text not null,                  -- records, versions, quarantine, work_keys, record_works, decisions
  source text not null,                -- of records and quarantine; else empty
  rows integer not null,
  primary key (what, source)
) strict, without rowid;
insert into tallies select 'records', source, count(*) from records group by source;
insert into tallies select 'quarantine', source, count(*) from quarantine group by source;
insert into tallies select 'versions', '', count(*) from record_versions;
insert into tallies select 'work_keys', '', count(*) from work_keys;
insert into tallies select 'record_works', '', count(*) from record_works;
insert into tallies values ('decisions', '', 0);

-- New records and keys are counted by the program, page by page: a trigger would cost a tenth of a harvest.
create trigger records_renamed after update of source on records begin
  update tallies set rows = rows - 1 where what = 'records' and source = old.source;
  insert into tallies values ('records', new.source, 1) on conflict do update set rows = rows + 1;
end;
create trigger quarantine_counted after insert on quarantine begin
  insert into tallies values ('quarantine', new.source, 1) on conflict do update set rows = rows + 1;
end;
create trigger quarantine_renamed after update of source on quarantine begin
  update tallies set rows = rows - 1 where what = 'quarantine' and source = old.source;
  insert into tallies values ('quarantine', new.source, 1) on conflict do update set rows = rows + 1;
end;
create trigger quarantine_dropped after delete on quarantine begin
  update tallies set rows = rows - 1 where what = 'quarantine' and source = old.source;
end;
create trigger versions_counted after insert on record_versions begin
  update tallies set rows = rows + 1 where what = 'versions';
end;
create trigger versions_dropped after delete on record_versions begin
  update tallies set rows = rows - 1 where what = 'versions';
end;
create trigger decisions_counted after insert on decisions begin
  update tallies set rows = rows + 1 where what = 'decisions';
end;
create trigger record_works_counted after insert on record_works begin
  update tallies set rows = rows + 1 where what = 'record_works';
end;

insert into meta values ('epoch', lower(hex(randomblob(8))));  -- which store this is: a backup that is put back becomes another
