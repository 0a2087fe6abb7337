trouble-not-found = Seite nicht gefunden
trouble-not-found-text = Diese Seite gibt es nicht, oder sie gehört nicht zu Ihnen. Prüfen Sie die Adresse.
trouble-wrong-method-text = So lässt sich diese Adresse nicht aufrufen. Gehen Sie zur Startseite.
trouble-may-not = Kein Zugang
trouble-may-not-text = Diese Seite ist für andere bestimmt. Melden Sie sich anders an, wenn Sie mehrere Anmeldungen haben.
trouble-nobody-text = Ihre Anmeldung ist echt, aber hier niemandem zugeordnet. Fragen Sie die Stelle, die Ihre Anmeldung verwaltet.
trouble-sign-in = Anmeldung nötig
trouble-sign-in-text = Melden Sie sich an. Danach geht es hier weiter.
trouble-sign-in-failed = Anmeldung nicht gelungen
trouble-sign-in-failed-text = Die Anmeldung passt nicht zu dem, was hier begonnen hat; vielleicht ist zu viel Zeit vergangen. Beginnen Sie noch einmal.
trouble-expired = Sitzung abgelaufen
trouble-expired-text = Sie waren länger nicht aktiv. Melden Sie sich wieder an, dann geht es hier weiter.
trouble-kept = Ihre Angaben sind aufbewahrt. Nach der Anmeldung sind sie wieder da.
trouble-refused = Das geht nicht
trouble-refused-text = Es ist nichts geschehen. Der Grund:
trouble-changed = Inzwischen hat sich etwas geändert
trouble-changed-text = Jemand war schneller. Ihr Schritt ist nicht ausgeführt. Schauen Sie das Dossier an und entscheiden Sie neu.
trouble-to-case = Dossier ansehen
trouble-too-large = Zu gross
trouble-too-large-text = Was Sie gesendet haben, ist zu gross. Kürzen Sie den Text oder wählen Sie eine kleinere Datei.
trouble-unreadable-text = Was gesendet wurde, kann hier niemand lesen. Gehen Sie zurück und senden Sie das Formular noch einmal.
trouble-busy = Gerade ist viel los
trouble-busy-text = Es ist nichts geschehen. Versuchen Sie es in ein paar Sekunden noch einmal.
trouble-too-often = Zu viele Anfragen
trouble-too-often-text = { $seconds ->
        [one] Es ist nichts geschehen. Versuchen Sie es in einer Sekunde noch einmal.
       *[other] Es ist nichts geschehen. Versuchen Sie es in { $seconds } Sekunden noch einmal.
    }
trouble-too-long = Das hat zu lange gedauert
trouble-too-long-text = Vielleicht ist trotzdem gespeichert, was Sie gesendet haben. Sehen Sie nach, bevor Sie es noch einmal senden.
trouble-behind = Noch nicht auf dem neusten Stand
trouble-behind-text = Was Sie getan haben, ist gespeichert, aber diese Seite zeigt es noch nicht. Laden Sie die Seite gleich noch einmal.
trouble-unavailable-text = Die Anmeldung lässt sich im Moment nicht prüfen. Versuchen Sie es in einer Minute noch einmal.
trouble-broken = Es ist ein Fehler passiert
trouble-broken-text = Der Fehler liegt bei uns, nicht bei Ihnen. Versuchen Sie es noch einmal. Hilft das nicht, rufen Sie an und nennen Sie die Nummer unten.
trouble-reload = Laden Sie diese Seite neu. Dann wird noch einmal gesendet, was Sie eingegeben haben.
trouble-number = Nummer dieser Anfrage: { $number }
