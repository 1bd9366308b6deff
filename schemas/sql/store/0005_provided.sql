-- What harvesters were told of works, and when: so that an index that is made anew does not send everybody everything again.

create table provided (                -- as in index.db, whose copy counts as long as it is there
  work_id integer primary key,         -- work_keys.id
  key text not null,
  datestamp text not null,             -- when it last changed, came into a set, left one, or went
  deleted integer not null,
  sets text not null,                  -- setSpecs, joined by ' '
  sets_left text not null,             -- of sets that it was in and has left
  digest blob not null                 -- of what was told last
) strict;
