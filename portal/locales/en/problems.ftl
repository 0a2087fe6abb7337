trouble-not-found = Page not found
trouble-not-found-text = There is no such page, or it is not yours to see. Check the address.
trouble-wrong-method-text = This address can’t be called in this way. Go to the start page.
trouble-may-not = No access
trouble-may-not-text = This page is meant for others. Sign in differently if you have more than one sign-in.
trouble-nobody-text = Your sign-in is genuine, but belongs to nobody here. Ask whoever manages your sign-in.
trouble-sign-in = Sign in first
trouble-sign-in-text = Sign in. After that you continue here.
trouble-sign-in-failed = Sign-in failed
trouble-sign-in-failed-text = The sign-in doesn’t fit what was begun here; perhaps too much time has passed. Begin again.
trouble-expired = Session expired
trouble-expired-text = You were inactive for some time. Sign in again to continue here.
trouble-kept = What you filled in is kept. You find it again after signing in.
trouble-refused = That is not possible
trouble-refused-text = Nothing has happened. The reason:
trouble-changed = Something has changed meanwhile
trouble-changed-text = Somebody was faster. Your step was not carried out. Look at the case and decide again.
trouble-to-case = Look at the case
trouble-too-large = Too large
trouble-too-large-text = What you sent is too large. Shorten the text or choose a smaller file.
trouble-unreadable-text = What was sent can’t be read here. Go back and send the form again.
trouble-busy = Very busy at the moment
trouble-busy-text = Nothing has happened. Try again in a few seconds.
trouble-too-often = Too many requests
trouble-too-often-text = { $seconds ->
        [one] Nothing has happened. Try again in a second.
       *[other] Nothing has happened. Try again in { $seconds } seconds.
    }
trouble-too-long = That took too long
trouble-too-long-text = What you sent may have been saved all the same. Look before you send it again.
trouble-behind = Not up to date yet
trouble-behind-text = What you did is saved, but this page doesn’t show it yet. Load it again in a moment.
trouble-unavailable-text = Your sign-in can’t be checked at the moment. Try again in a minute.
trouble-broken = Something went wrong
trouble-broken-text = The fault is ours, not yours. Try again. If that doesn’t help, call and give the number below.
trouble-reload = Reload this page. What you entered is then sent once more.
trouble-number = Number of this request: { $number }
