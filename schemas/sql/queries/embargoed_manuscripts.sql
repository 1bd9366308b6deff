-- Accepted manuscripts under embargo: copies in repositories that nobody may read yet, by the day on which they can be opened.
-- until: the last day to look at, such as 2026-12-31; without one, all
select c.embargo_until, w.key, w.title, w.doi, c.repository, c.version, c.access, c.url as copy, c.deposited
from repository_copies c join works w on w.id = c.work_id
where c.version = 'AM' and coalesce(c.embargo_until, '') >= date('now')
  and (:until = '' or c.embargo_until <= :until)
order by c.embargo_until, w.key
