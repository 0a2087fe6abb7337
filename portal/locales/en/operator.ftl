# live
nav-operator = Operation
as-of = As of { $when }
live-pause = Pause
live-go-on = Go on
live-again = Reload

# home
operator-title = Operation
health-ready = Answers
health-not-ready = A view doesn’t answer
storage-title = Storage
storage-end = End of the log (position)
storage-commits = Entries in the hash tree
storage-root = Root of the hash tree
storage-durability = Answered
durability-disk = once it is on the disk
durability-quorum = once it is on most disks
durability-claimed = once a server says so
durability-unsynced = at once, even without a disk
written-title = Written since the start
written-commits = Entries
written-events = Events
written-bytes = Bytes
written-groups = Groups of entries
written-mean = Time for a group
written-millis = { $millis } ms

# log
log-title = Log
log-lead = The last 50 entries, newest first. What is about persons stays sealed.
log-table = Last entries
log-position = Position
log-when = Time
log-by = By
log-reference = Number
log-what = What happened
log-party = a party
log-installation = the operator
log-somebody = somebody else
log-administration = Administration
log-sealed = { $count ->
        [one] 1 value sealed
       *[other] { $count } values sealed
    }
event-log-created = Log created
event-service-named = Service named
event-definition-chunk = Piece of a definition laid down
event-edition-published = Edition published
event-register-published = Register published
event-participation-set = Participation recorded
event-case-opened = Case opened
event-party-added = Party added
event-submitted = Application submitted
event-phase-entered = Phase entered
event-authority-involved = Authority involved
event-involvement-ended = Involvement ended
event-decision-issued = Decision issued
event-closed = Closed
event-withdrawn = Withdrawn
event-reopened = Reopened
event-task-added = Task added
event-task-assigned = Task assigned
event-task-claimed = Task claimed
event-task-released = Task given back
event-task-completed = Task completed
event-information-requested = Information requested
event-information-provided = Information provided
event-message-sent = Message sent
event-document-referenced = Document added
event-handed-over = Handed over
event-handover-accepted = Handover accepted
event-handover-refused = Handover refused
event-case-taken-over = Case taken over
event-activity-recorded = Activity of another system recorded
event-other = Event { $kind }

# views
views-title = Views
views-lead = { $stopped ->
        [0] All views are running.
        [one] One view has stopped.
       *[other] { $stopped } views have stopped.
    }
view-name = View
view-status = State
view-worklist = Work lists
view-directory = Directory of own applications
view-overview = Overview
view-process = Processes
view-moments = Moments
view-current = up to date
view-behind = catching up
view-building = being built
view-waiting = waits
view-stopped = stopped
view-read-title = Read
view-read = up to { $position } of { $end }
view-lag = Behind by
view-progress = Progress
view-retry = Retry
view-rebuild = Rebuild
view-rebuild-title = Rebuild a view
view-rebuild-effect = The view is made anew from the log. The old one answers until the new one is ready. Nothing is lost.
view-cancel = Cancel
view-done = Begun: { $view }

# adapters
adapters-title = Adapters
adapters-lead = These are the ways on which people and programs reach this installation.
adapters-table = Mounted adapters
adapters-sign-in = Sign-in by OpenID Connect
adapters-issuer = Issuer
adapters-own-sign-in = Sign-in is provided by the program that embeds these pages.
adapters-what = Adapter
adapters-where = Address
adapters-routes = Routes
adapter-pages = Pages
adapter-api = Interface for programs
adapter-openapi = Description of the interface (OpenAPI)
adapter-health = Health
adapter-ready = Readiness
adapter-metrics = Metrics (Prometheus)

# publish
publish-title = Publish an edition
publish-intro = Choose a service file. It is checked first, and you see what changes. Nothing is published yet.
publish-file = Service file
publish-file-hint = TOML, at most 384 KB
publish-text = Text of the file
publish-text-or = (instead of a file)
publish-check = Check
publish-no-file = Choose a file, or enter its text
publish-mistakes = { $count ->
        [one] Mend 1 mistake in the file
       *[other] Mend { $count } mistakes in the file
    }
publish-mistakes-title = Mistakes in the file
publish-same = This edition is published already: the file says the same
publish-lead = This will be edition { $number }. It isn’t published yet.
publish-effect = New applications run under this edition from its first valid day. Running ones stay with theirs. An edition can’t be taken back, only followed by a new one.
publish-do = Publish the edition
publish-back = Another file
