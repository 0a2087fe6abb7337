# cases
cases-title = My applications
cases-none = You have not submitted an application yet. Search below for what you would like to do.
cases-answer = Answer
cases-withheld = Only with a stronger sign-in
cases-running = With the authority
cases-drafts = Drafts
cases-closed = Closed
cases-row = { $authority }, last change { $day }
cases-saved = Saved { $when }.
cases-ends = Deleted on { $day }.
cases-ends-soon = This draft will be deleted soon. Save it again to keep it.
cases-more = Older applications are not listed here. The authority finds them by their number.
withheld-text = To read this application you have to sign in more strongly, for example with a second factor.
withheld-act = Sign in more strongly
stronger-lists = Cases of some services show here only after a stronger sign-in.
