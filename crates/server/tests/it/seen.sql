-- Who sees what: the specification. The tables hold the truth as it was invented and as it was sent, not as the server keeps it.
--
--   grant_(person, role, place)        what a person was given
--   may(role, area)                    what a role opens, written by hand
--   home(household, place)             the register, as the department sent it
--   clue(id, place, state)             clues, with the place of whom they are about
--   work(id, place, turn)              cases, with the place they were reported from and the role whose turn it is

-- A role holds at its place and below it, for what it opens and nothing else.
create view sees as
    select g.person, m.area, g.role, g.place || '%' as within from grant_ g join may m on m.role = g.role;

-- Whether an operation is answered at all. Without a session (person is null): only what is public.
create view answered as
    select p.name as person, o.id as operation,
        o.area in ('public', 'signed in') or exists (select 1 from sees s where s.person = p.name and s.area = o.area) as is_open
    from person p, operation o;

-- Each line that somebody sees, in each operation that lists or shows lines.
create view line as
    select distinct s.person, 'list_clues' as operation, c.id as line from sees s join clue c on c.place like s.within where s.area = 'clues'
    union
    select distinct s.person, 'get_clue', c.id from sees s join clue c on c.place like s.within where s.area = 'clues'
    union
    select distinct s.person, 'list_cases', w.id from sees s join work w on w.place like s.within where s.area = 'cases'
    union
    select distinct s.person, 'get_case', w.id from sees s join work w on w.place like s.within where s.area = 'cases'
    union
    -- Own work: the turn is that of a role of theirs, where this very role holds.
    select distinct s.person, 'tasks', w.id from sees s join work w on w.place like s.within and w.turn = s.role where s.area = 'work'
    union
    select distinct s.person, 'find_subjects', h.household from sees s join home h on h.place like s.within where s.area = 'subjects'
    union
    select distinct s.person, 'get_subject', h.household from sees s join home h on h.place like s.within where s.area = 'subjects'
    union
    -- A file is the list; who may not see the list may not have the file.
    select distinct l.person, 'export clues', l.id from (
        select s.person, c.id from sees s join clue c on c.place like s.within where s.area = 'clues') l
        join sees e on e.person = l.person and e.area = 'export'
    union
    select distinct l.person, 'export cases', l.id from (
        select s.person, w.id from sees s join work w on w.place like s.within where s.area = 'cases') l
        join sees e on e.person = l.person and e.area = 'export';

-- What a page says it counts is what it lists.
create view counted as
    select p.name as person, l.operation, count(l.line) as lines
    from person p left join line l on l.person = p.name group by p.name, l.operation;

-- The numbers on the first page.
create view home_page as
    select p.name as person,
        (select count(distinct c.id) from sees s join clue c on c.place like s.within where s.person = p.name and s.area = 'clues'
            and c.state = 'open') as open_clues,
        (select count(*) from line l where l.person = p.name and l.operation = 'list_cases') as open_cases,
        (select count(*) from line l where l.person = p.name and l.operation = 'tasks') as my_tasks
    from person p;
