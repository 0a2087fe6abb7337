line-opened = The case is open.
line-you-added = You take part as: { $what }.
line-party-added = Takes part: { $name } ({ $what }).
line-submitted =
    { $by ->
        [you] You submitted the application.
        [named] { $who } submitted the application.
        [auto] Automatically: the application was submitted.
       *[somebody] Somebody submitted the application.
    }
line-phase = The next step begins: { $what }.
line-involved = { $other } is involved.
line-no-longer-involved = { $other } is no longer involved.
line-decided =
    { $by ->
        [you] You decided: { $what }.
        [named] { $who } decided: { $what }.
        [auto] Automatically: { $what }.
       *[somebody] Somebody decided: { $what }.
    }
line-closed =
    { $by ->
        [you] You closed the case.
        [named] { $who } closed the case.
        [auto] Automatically: the case is closed.
       *[somebody] Somebody closed the case.
    }
line-withdrawn =
    { $by ->
        [you] You withdrew the application.
        [named] { $who } withdrew the application.
        [auto] Automatically: the application was withdrawn.
       *[somebody] Somebody withdrew the application.
    }
line-reopened =
    { $by ->
        [you] You reopened the case.
        [named] { $who } reopened the case.
        [auto] Automatically: the case is open again.
       *[somebody] Somebody reopened the case.
    }
line-task-added = New task for { $other }: { $what }.
line-task-assigned =
    { $by ->
        [you] You assigned the task: { $what }.
        [named] { $who } assigned the task: { $what }.
        [auto] Automatically: the task was assigned: { $what }.
       *[somebody] Somebody assigned the task: { $what }.
    }
line-task-claimed =
    { $by ->
        [you] You claimed the task: { $what }.
        [named] { $who } claimed the task: { $what }.
        [auto] Automatically: the task was claimed: { $what }.
       *[somebody] Somebody claimed the task: { $what }.
    }
line-task-released =
    { $by ->
        [you] You gave back the task: { $what }.
        [named] { $who } gave back the task: { $what }.
        [auto] Automatically: the task was given back: { $what }.
       *[somebody] Somebody gave back the task: { $what }.
    }
line-task-completed =
    { $by ->
        [you] You completed the task: { $what }.
        [named] { $who } completed the task: { $what }.
        [auto] Automatically: the task was completed: { $what }.
       *[somebody] Somebody completed the task: { $what }.
    }
line-asked-you =
    { $by ->
        [you] You need something more.
        [named] { $who } needs something more from you.
        [auto] Automatically: something is still needed from you.
       *[somebody] Somebody needs something more from you.
    }
line-asked =
    { $by ->
        [you] You requested information (no. { $number }).
        [named] { $who } requested information (no. { $number }).
        [auto] Automatically: information was requested (no. { $number }).
       *[somebody] Somebody requested information (no. { $number }).
    }
line-answered =
    { $by ->
        [you] You answered.
        [named] { $who } answered.
        [auto] Automatically: the answer arrived.
       *[somebody] Somebody answered.
    }
line-message =
    { $by ->
        [you] You wrote.
        [named] { $who } wrote.
        [auto] Automatically: a message arrived.
       *[somebody] Somebody wrote.
    }
line-document =
    { $by ->
        [you] You submitted an attachment: { $what }.
        [named] { $who } submitted an attachment: { $what }.
        [auto] Automatically: an attachment arrived: { $what }.
       *[somebody] Somebody submitted an attachment: { $what }.
    }
line-handed-over =
    { $by ->
        [you] You want to hand the case over to { $other }.
        [named] { $who } wants to hand the case over to { $other }.
        [auto] Automatically: the case is to be handed over to { $other }.
       *[somebody] Somebody wants to hand the case over to { $other }.
    }
line-handover-accepted =
    { $by ->
        [you] You took over the case. { $other } is responsible now.
        [named] { $who } took over the case. { $other } is responsible now.
        [auto] Automatically: { $other } is responsible now.
       *[somebody] Somebody took over the case. { $other } is responsible now.
    }
line-handover-refused =
    { $by ->
        [you] You did not take over the case.
        [named] { $who } did not take over the case.
        [auto] Automatically: the case was not taken over.
       *[somebody] Somebody did not take over the case.
    }
line-taken-over = The case comes from another system.
line-activity = From the other system: { $what }.
line-changed = Something in the case has changed.
line-erased-party = A person (details erased)
line-party = Party { $number }
line-task = Task { $number }
role-applicant = applicant
role-representative = representative
role-objector = objector
role-third-party = third party
line-today = Today, { $day }
line-erased = Details erased
