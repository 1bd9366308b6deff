-- Coverage: of the works of a journal, what is in a repository, in which version, and who may read it.
-- journal: its title, or a part of it; without one, all
-- state: missing, open, embargoed, restricted, metadata-only ...; without one, any
select published_in, issued, title, doi, state, accepted_version, version, embargo_until, repositories, url as copy, accepted,
       deposited, deposit_by, deposited_in_time
from coverage
where (:journal = '' or published_in like '%' || :journal || '%') and (:state = '' or state = :state)
order by issued desc, title
