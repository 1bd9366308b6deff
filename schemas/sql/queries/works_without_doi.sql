-- Works without a DOI: what cannot be cited by one, for deposit or for a search at Crossref.
-- type: type of work, such as report; without one, all
-- source: name of a source; without one, of all
select key, title, authors, type, issued, container_title as published_in, url as link, sources
from works
where doi is null and (:type = '' or type = :type)
  and (:source = '' or '; ' || sources || ';' like '%; ' || :source || ';%')
order by issued desc, id
