-- New works: what came into the index since a day, the newest first.
-- since: a day, such as 2026-11-01; without one, the last 30 days
-- source: name of a source; without one, of all
select key, title, authors, container_title as published_in, issued, url as link, sources, substr(added, 1, 10) as added
from works
where added >= coalesce(nullif(:since, ''), date('now', '-30 days'))
  and (:source = '' or '; ' || sources || ';' like '%; ' || :source || ';%')
order by works.added desc, id desc
