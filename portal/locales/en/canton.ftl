# words
word-service = Service
word-authority = Authority
word-month = Month
left-out = left out
lasting-below-hour = under 1 hour
lasting-hours = { $hours ->
        [one] 1 hour
       *[other] { $hours } hours
    }
lasting-days = { $days ->
        [one] 1 day
       *[other] { $days } days
    }
counted-cases = { $cases ->
        [one] 1 application
       *[other] { $cases } applications
    }
counted-open = { $cases ->
        [one] 1 open application
       *[other] { $cases } open applications
    }
canton-day = Day
canton-month = Month
canton-year = Year
level-municipality = Municipality
level-canton = Canton
level-office = Office

# overview
canton-title = Overview
canton-lead = { $services ->
        [one] { $cases } applications in 1 service.
       *[other] { $cases } applications in { $services } services.
    }
canton-lead-open = { $open ->
        [one] 1 of them is open.
       *[other] { $open } of them are open.
    }
canton-left-out = “Left out” stands where there are fewer than { $threshold } cases. It also stands where such cases could otherwise be worked out.
canton-all-services = All services
canton-figure = Municipalities by
canton-time = Period
canton-months = { $months } months
canton-show = Show
measure-median = Duration in days (median)
measure-cases = Number of applications
measure-open = Open applications
canton-map = Municipalities by { $measure }
canton-as-table = As a table
canton-as-map = As a map
canton-skip-map = Skip the map
canton-legend = Legend
legend-small = fewer than { $threshold } cases or left out
legend-none = nothing to show
canton-services = Services
canton-by-service = Applications by service
canton-by-municipality = Municipalities: { $service }
canton-others = Others together
canton-total = All together
figure-cases = Applications
figure-open = Open
figure-closed = Closed
figure-withdrawn = Withdrawn
figure-median = Median
figure-p90 = 9 of 10
canton-trend = Over time
trend-opened = Received
trend-ended = Finished
trend-open = Open at month’s end
trend-so-far = (so far)
trend-table = Applications by month
trend-none = { $service }: too few applications to show a trend.
trend-finding = { $cases ->
        [one] { $service }: 1 application came in in { $month }.
       *[other] { $service }: { $cases } applications came in in { $month }.
    }
csv-services = Services as a CSV file
csv-municipalities = Municipalities as a CSV file
csv-trend = Figures over time as a CSV file
csv-steps = Transitions as a CSV file
csv-ways = Paths as a CSV file
csv-register = Register as a CSV file
csv-participation = Participation as a CSV file

# a case by its number
case-seek-title = Look up an application
case-seek-lead = Oversight sees the outline of an application: service, authority, phase and dates. It sees nothing about persons.
case-seek-number = Number
case-seek-none = Under this number there is nothing that you may see.
case-opened = Opened
case-changed = Last change

# process
process-title = Process
process-lead = { $cases } applications have ended. The picture shows { $drawn } of them: those on paths that at least { $threshold } applications took.
process-too-few = Too few applications have ended for a picture. A path appears from { $threshold } applications on.
process-finding = Applications wait longest before “{ $step }”: { $wait } in the median ({ $cases } applications).
process-no-finding = No step makes applications wait long.
process-legend = From top to bottom: the steps with the number of applications. The bars show how long it takes to the next step. Right: steps are passed over. Left: back to an earlier step. Rare transitions stand in the table alone.
process-steps = Transitions from step to step
process-from = From
process-to = To
process-spans-title = How long the parts take
process-spans = Duration of phases and tasks
process-part = Part
process-ways-title = Most frequent paths
process-ways = Paths through the steps
process-way = Path
process-share = Share
process-other-ways = Other paths together
step-begin = Beginning
step-submitted = Submitted
step-phase = Phase: { $phase }
step-task = Done: { $task }
step-information-requested = Request for information
step-information-provided = Answer to a request
step-authority-involved = Authority involved
step-involvement-ended = Involvement ended
step-handed-over = Handed over
step-handover-accepted = Handover accepted
step-handover-refused = Handover refused
step-decision = Decision
step-closed = Closed
step-withdrawn = Withdrawn
step-reopened = Reopened
span-phase = Phase “{ $phase }”
span-task = Task “{ $task }”
span-information = Request for information until the answer
span-handover = Handover until it is accepted

# register
register-title = Register of authorities
register-lead = Which authorities there are on a day. Edition { $edition } of the register.
register-table = Authorities on { $day }
register-name = Name
register-number = Number
register-level = Level
register-all-levels = All levels
register-district = Electoral district
register-residents = Residents
register-part-of = Part of
register-since = Since
register-until = Until
register-day = As of
register-wrong-day = Enter a day that exists, such as 24 11 2026
register-none = No authority fits. Choose less.
register-took-over = Also answers for { $name } since { $day }.
register-successor = Successor
register-history-title = History
register-history = Names and periods
register-participation-title = Participation
register-participation = Participation in services today
register-figures-title = Applications
register-figures = Applications of this authority by service

# participation
participation-title = Participation
participation-lead = Who offers which service today. Counted are municipalities, and other authorities of which something is recorded.
participation-table = Authorities by service and state
participation-planned = planned
participation-live = takes part
participation-suspended = suspended
participation-left = left
participation-none = does not take part
participation-of = Participation: { $service }
participation-state = State today
participation-history = Time line
participation-from = { $state } from { $day }
participation-all = All municipalities take part, except those that have suspended it or left.
participation-joined = Only those that have joined take part.
participation-new = New state
participation-record = Record participation
participation-day = From when
participation-hint = Earlier entries stay. Of two entries for one day the later one counts.
participation-save = Record participation
participation-recorded = Recorded: the time line of { $authority } has a new entry.
participation-no-authority = Choose an authority
participation-no-state = Choose a state
participation-no-day = Enter a day that exists, such as 24 11 2026

# editions
editions-title = Editions
editions-lead = Each service has editions. An application stays with the edition under which it was submitted.
editions-table = Services and their editions
editions-count = Editions
editions-in-force = In force
editions-of = Editions: { $service }
editions-edition = Edition
editions-number = Edition { $number }
editions-state = State
editions-now = in force today
editions-changes = Changes
editions-compared = Difference from edition { $number }
editions-hash = Hash (SHA-256)
editions-note = Here stand the first 16 characters of the hash, on an edition’s page all of them.
edition-responsible = Responsible
edition-sees-fields = Fields: { $fields }
edition-sees-outline = Outline: service, phase, authority, dates
edition-sees-nothing = nothing
difference-lead = What edition { $new } changes from edition { $old }.
difference-none = Both editions say the same.
difference-what = What
difference-how = How
difference-before = Before
difference-after = Now
change-added = added
change-removed = removed
change-changed = changed
change-reordered = other order
part-name = Name in addresses
part-labels = Name
part-about = Description
part-validity = Validity
part-assurance = Sign-in needed
part-competence = Competence
part-involved = Involved
part-phases = Phases
part-tasks = Tasks
part-tasks-by-hand = Tasks that somebody adds by hand
part-documents = Documents
part-fields = Fields
part-outcomes = Outcomes
part-disclosure = Disclosure
part-oversight = Oversight
part-activities = Activities taken over
prop-labels = name
prop-de = in German
prop-fr = in French
prop-it = in Italian
prop-en = in English
prop-valid-from = Valid from
prop-valid-until = Valid until
prop-kind = type
prop-required = required
prop-privacy = about a person
prop-reason = reason
prop-max-length = longest text
prop-min = smallest value
prop-max = largest value
prop-choice = choices
prop-phase = phase
prop-own = the parties themselves
prop-file = authority responsible
prop-shared = authorities involved
prop-outline = oversight
prop-public = the public
prop-fields = fields
prop-messages = messages
prop-grounds = grounds
prop-documents = documents
prop-parties = who the parties are
prop-basis = legal basis
prop-open = can be seen
prop-submit = to submit
prop-read = to read
prop-code = code
prop-summary = summary
prop-category = category
prop-keywords = search words
prop-cost = cost
prop-duration-days = usual duration in days
prop-needs = what one needs
kind-text = text, at most { $max } characters
kind-integer = number from { $min } to { $max }
kind-date = date
kind-boolean = yes or no
kind-choice = choice: { $choices }
kind-municipality = municipality
competence-field = the municipality in { $field }
assurance-none = none
assurance-low = low
assurance-substantial = substantial
assurance-high = high
value-yes = yes
value-no = no
value-all = all
value-only = only { $fields }
value-personal = about a person
value-plain = about nobody: { $reason }
value-required = required
value-optional = optional
value-quoted = “{ $text }”

# navigation
nav-register = Register
