# Around every page
site-name = Kanzlei
site-of = Applications to canton and municipalities
skip = Skip to content
languages = Language
navigation = Main pages
way-back = Way back
signed-in-as = Signed in as
sign-in = Sign in
sign-in-title = How do you sign in?
sign-in-lead = You come back here afterwards.
sign-out = Sign out
help = Questions?
help-text = Call the office named in your case. It also helps if you prefer not to apply online.
printed = Printed { $when }
failed = Error:
retry = Try again
loading = Loading …
to-start = Go to the start page

nav-services = Services
nav-cases = My applications
nav-inbox = Inbox
nav-work = Who does what
nav-statistics = Statistics
nav-canton = Overview
nav-process = Process
nav-participation = Participation
nav-editions = Editions
nav-log = Log
nav-views = Views
nav-adapters = Adapters

continue-title = What you filled in is still here
continue-text = You are signed in again. Nothing is lost. Nothing has been sent yet.
continue-act = Continue with what I filled in
part-failed = That didn’t work. Below is how it was last.

# Parts of pages
status-your-turn = Your turn
status-open = In progress
status-closed = Closed
status-withdrawn = Withdrawn
status-draft = Draft
status-overdue = 
    { $days ->
        [one] 1 day late
       *[other] { $days } days late
    }
problem-title = There is a problem
