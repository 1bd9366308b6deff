-- Who said it: each value of a work, the source that it was taken from, and by which rule.
-- work: its key or DOI, such as doi:10.1136/leader-2020-000228
select p.element, p.value, p.source, p.identifier, p.format, p.rule, p.alternatives
from provenance p join works w on w.id = p.work_id
where w.key = :work or w.doi = lower(:work)
order by p.element
