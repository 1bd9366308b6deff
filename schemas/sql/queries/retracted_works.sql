-- Retracted works: what was retracted, withdrawn, removed or put in doubt, with date, source and notice.
-- since: a day of the notice, such as 2026-01-01; without one, of all times
select title, doi, published_in, type, date, source, notice, notice_doi, basis
from retractions
where coalesce(date, '') >= :since
order by date desc, title
