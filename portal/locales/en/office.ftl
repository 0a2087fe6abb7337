# The office's pages
office-you = you
office-yourself = yourself
office-nobody = nobody
office-official = person { $number }
inbox-title = Inbox { $authority }
inbox-as-of = As of { $time }
inbox-reload = Reload
inbox-whose = Which tasks
inbox-open = Open
inbox-mine = Mine
inbox-long = Over 30 days
inbox-all = All
inbox-service = Service
inbox-any-service = All services
inbox-phase = Phase
inbox-any-phase = All phases
inbox-filter = Filter
inbox-number = Number
inbox-find = Find the case
inbox-of = Tasks with: { $who }
inbox-none = Everything is assigned. New tasks appear here by themselves.
inbox-none-here = No such task. Choose other tasks or services above.
inbox-caption = Tasks, sorted by waiting time
inbox-pick = Selection
inbox-pick-one = Select { $number }
inbox-since = Waiting for
inbox-request = Application
inbox-step = Step
inbox-with = With
inbox-several = For all selected tasks, { $max } at a time at most:
inbox-claim = Claim
inbox-assign-to = Assign to
inbox-assign = Assign
inbox-next = More tasks
several-title = Result
several-back = Back to the inbox
several-failed = Not assigned
several-done = Assigned
several-gone = Your office no longer works on this case.
several-busy = Too much is going on. Try again.
find-title = Find a case
find-none = No case has the number “{ $number }”, or it does not belong to your office.
find-hint = The number is on the receipt, such as 4K2QX-7M3TZ-8.
find-several = Several cases match
file-back = Back to the inbox
file-done = Saved. The history below says what happened.
file-changed = Your step was not carried out. This has happened since you looked:
file-list = List
file-place = { $at } of { $of }
file-not-in-list = No longer in the list, { $of } left
file-previous = Previous case
file-next = Next case
file-responsible = Responsible: { $authority }
file-responsible-word = Responsible
file-opened = Opened: { $when }
file-last = Last change: { $when }
file-next-step = Next step
file-further = Write and decide
file-tools = Other steps
file-enter = Begin a phase
file-enter-act = Begin
file-add-task = New task
file-add-task-for = For
file-add-task-act = Add
file-involve = Involve an office
file-involve-act = Involve
file-involved = Involved
file-end-involvement = End involvement
file-tasks = Tasks
file-no-tasks = The case has no tasks.
task-open = open
task-completed = completed
task-assigned = assigned: { $with }
task-claimed = in progress: { $with }
file-facts = Details
file-no-facts = Your office sees no details of this application.
file-erased = A person’s details were erased.
file-people = People involved
file-papers = Attachments
file-no-papers = No attachments.
file-line = History
file-seers = Who sees what
file-seers-caption = As the service lays down
sees-who = Who
sees-fields = Details
sees-people = People
sees-papers = Attachments
sees-messages = Messages
sees-grounds = Grounds
sees-basis = Legal basis
sees-own = Applicants
sees-file = Responsible office
sees-shared = Involved offices
sees-oversight = Oversight
sees-public = Public
sees-all = all
sees-none = none
sees-outline = only service, phase, authority and dates
act-accept = Accept
act-refuse = Refuse
act-complete = Complete
act-claim = Claim
act-release = Give back
act-close = Close the case
act-enter = Begin: { $phase }
act-ask = Ask for information
act-message = Write a message
act-note = Internal note
act-paper = Add an attachment
act-hand-over = Hand over
act-take-back = Take the handover back
act-decide = Issue the decision
act-reopen = Reopen
next-accept = { $other } wants to hand this case over to you.
next-complete = { $task }: with you.
next-claim = { $task }: waiting for your office.
next-assigned = { $task }: assigned to you.
next-decide = All tasks are completed. The decision is missing.
next-close = Everything is done. Close the case.
next-enter = All tasks of this phase are completed. Next: { $phase }.
next-with = { $task }: with { $with }.
next-handover = { $other } was asked to take the case.
next-nothing = Your office has nothing to do here at the moment.
next-closed = The case is closed.
next-withdrawn = The application was withdrawn. Nothing is left to do.
write-back = Back to the case
write-changed = Nothing was sent, your text is still here. This has happened meanwhile:
write-preview = Preview
write-preview-title = This is how the applicant will read it
write-unseen = The applicant will not learn of it.
write-ask = What do you need?
write-message = Message
write-note = Note
write-reason = Reason
write-grounds = Grounds
choose-party = Whom do you ask?
choose-authority = To which office?
choose-outcome = What do you decide?
missing-text = Write a text
missing-party = Choose whom you ask
missing-authority = Choose an office
missing-outcome = Choose what you decide
effect-ask = The person finds your question in their case, and it is their turn. { $authority } stays responsible.
effect-message = Everybody involved reads this message in the case, sent by { $authority }.
effect-note = Only authorities read this note: { $authority } and involved offices.
effect-hand-over = The other office is asked. Until it accepts, { $authority } stays responsible. After that, open tasks pass to it.
effect-refuse = { $authority } stays responsible and reads your reason.
effect-take-back = The request is taken back. { $authority } stays responsible.
effect-decide = The decision is issued in the name of { $authority }. It cannot be changed.
effect-reopen = { $authority } works on the case again. The earlier decision no longer counts as its result.
counter-title = At the counter
counter-text = Enter an application here for somebody at the counter or who wrote to you.
counter-back = Another service
counter-form-text = You submit in this person’s name. Check the details with them.
counter-name = First and last name
counter-no-name = Enter the first and last name
counter-submit = Submit the application
nav-counter = Counter
work-title = Who does what
work-nobody = Nobody has a task at the moment.
work-caption = Tasks by case officer
work-who = Case officer
work-claimed = In progress
work-assigned = Assigned
work-all = Together
work-oldest = Oldest
work-hint = Open a person to assign their tasks to others.
statistics-title = Statistics { $authority }
statistics-finding = { $share } of closed applications took less than { $days } days.
statistics-none = No application is closed yet.
statistics-quick = Quick means
statistics-under = under { $days } days
statistics-show = Show
statistics-slowest = { $service } takes longest: a median of { $days } days.
statistics-caption = Applications by service
statistics-service = Service
statistics-cases = Applications
statistics-median = Median days
statistics-p90 = 9 of 10, days
statistics-within = Under { $days } days
statistics-outcomes = Decisions
statistics-all = All services
statistics-csv = Table as a CSV file
statistics-more = In 12 months more applications came than ended: { $opened } against { $ended }.
statistics-fewer = In 12 months more applications ended than came: { $ended } against { $opened }.
statistics-as-many = In 12 months as many applications came as ended: { $opened } and { $ended }.
statistics-months = Applications by month
statistics-month = Month
statistics-so-far = { $month }, so far
statistics-opened = Opened
statistics-ended = Ended
statistics-open-then = Open at the end
figure-small = under 3
figure-none = –
figure-under-a-day = under 1
outcome-none = without a decision
figure-days = { $days } days
inbox-days =
    { $days ->
        [0] today
        [one] 1 day
       *[other] { $days } days
    }
work-unassigned =
    { $count ->
        [0] Every task is assigned.
        [one] Nobody does 1 task.
       *[other] Nobody does { $count } tasks.
    }
work-waits =
    { $days ->
        [0] The oldest is from today.
        [one] The oldest has waited 1 day.
       *[other] The oldest has waited { $days } days.
    }
work-finding =
    { $count ->
        [one] Most is with { $who }: 1 task
       *[other] Most is with { $who }: { $count } tasks
    }
work-finding-you =
    { $count ->
        [one] You have most: 1 task
       *[other] You have most: { $count } tasks
    }
several-said =
    { $failed ->
        [0] { $done } assigned.
       *[other] { $done } assigned, { $failed } not.
    }
