line-opened = Das Dossier ist eröffnet.
line-you-added = Sie sind beteiligt als: { $what }.
line-party-added = Beteiligt: { $name } ({ $what }).
line-submitted =
    { $by ->
        [you] Sie haben das Gesuch eingereicht.
        [named] { $who } hat das Gesuch eingereicht.
        [auto] Automatisch: Das Gesuch ist eingereicht.
       *[somebody] Jemand hat das Gesuch eingereicht.
    }
line-phase = Der nächste Schritt beginnt: { $what }.
line-involved = { $other } ist mitbeteiligt.
line-no-longer-involved = { $other } ist nicht mehr beteiligt.
line-decided =
    { $by ->
        [you] Sie haben entschieden: { $what }.
        [named] { $who } hat entschieden: { $what }.
        [auto] Automatisch: { $what }.
       *[somebody] Jemand hat entschieden: { $what }.
    }
line-closed =
    { $by ->
        [you] Sie haben das Dossier abgeschlossen.
        [named] { $who } hat das Dossier abgeschlossen.
        [auto] Automatisch: Das Dossier ist abgeschlossen.
       *[somebody] Jemand hat das Dossier abgeschlossen.
    }
line-withdrawn =
    { $by ->
        [you] Sie haben das Gesuch zurückgezogen.
        [named] { $who } hat das Gesuch zurückgezogen.
        [auto] Automatisch: Das Gesuch ist zurückgezogen.
       *[somebody] Jemand hat das Gesuch zurückgezogen.
    }
line-reopened =
    { $by ->
        [you] Sie haben das Dossier wieder aufgenommen.
        [named] { $who } hat das Dossier wieder aufgenommen.
        [auto] Automatisch: Das Dossier ist wieder aufgenommen.
       *[somebody] Jemand hat das Dossier wieder aufgenommen.
    }
line-task-added = Neue Aufgabe für { $other }: { $what }.
line-task-assigned =
    { $by ->
        [you] Sie haben die Aufgabe zugewiesen: { $what }.
        [named] { $who } hat die Aufgabe zugewiesen: { $what }.
        [auto] Automatisch: Die Aufgabe ist zugewiesen: { $what }.
       *[somebody] Jemand hat die Aufgabe zugewiesen: { $what }.
    }
line-task-claimed =
    { $by ->
        [you] Sie haben die Aufgabe übernommen: { $what }.
        [named] { $who } hat die Aufgabe übernommen: { $what }.
        [auto] Automatisch: Die Aufgabe ist übernommen: { $what }.
       *[somebody] Jemand hat die Aufgabe übernommen: { $what }.
    }
line-task-released =
    { $by ->
        [you] Sie haben die Aufgabe zurückgegeben: { $what }.
        [named] { $who } hat die Aufgabe zurückgegeben: { $what }.
        [auto] Automatisch: Die Aufgabe ist zurückgegeben: { $what }.
       *[somebody] Jemand hat die Aufgabe zurückgegeben: { $what }.
    }
line-task-completed =
    { $by ->
        [you] Sie haben die Aufgabe erledigt: { $what }.
        [named] { $who } hat die Aufgabe erledigt: { $what }.
        [auto] Automatisch: Die Aufgabe ist erledigt: { $what }.
       *[somebody] Jemand hat die Aufgabe erledigt: { $what }.
    }
line-asked-you =
    { $by ->
        [you] Sie brauchen noch etwas von Ihnen.
        [named] { $who } braucht noch etwas von Ihnen.
        [auto] Automatisch: Es fehlt noch etwas von Ihnen.
       *[somebody] Jemand braucht noch etwas von Ihnen.
    }
line-asked =
    { $by ->
        [you] Sie haben eine Nachforderung gestellt (Nr. { $number }).
        [named] { $who } hat eine Nachforderung gestellt (Nr. { $number }).
        [auto] Automatisch: Nachforderung Nr. { $number } ist gestellt.
       *[somebody] Jemand hat eine Nachforderung gestellt (Nr. { $number }).
    }
line-answered =
    { $by ->
        [you] Sie haben geantwortet.
        [named] { $who } hat geantwortet.
        [auto] Automatisch: Die Antwort ist da.
       *[somebody] Jemand hat geantwortet.
    }
line-message =
    { $by ->
        [you] Sie haben geschrieben.
        [named] { $who } hat geschrieben.
        [auto] Automatisch: Eine Nachricht ist da.
       *[somebody] Jemand hat geschrieben.
    }
line-document =
    { $by ->
        [you] Sie haben eine Beilage eingereicht: { $what }.
        [named] { $who } hat eine Beilage eingereicht: { $what }.
        [auto] Automatisch: Eine Beilage ist da: { $what }.
       *[somebody] Jemand hat eine Beilage eingereicht: { $what }.
    }
line-handed-over =
    { $by ->
        [you] Sie möchten das Dossier an { $other } überweisen.
        [named] { $who } möchte das Dossier an { $other } überweisen.
        [auto] Automatisch: Das Dossier soll an { $other } gehen.
       *[somebody] Jemand möchte das Dossier an { $other } überweisen.
    }
line-handover-accepted =
    { $by ->
        [you] Sie haben das Dossier übernommen. Zuständig ist jetzt { $other }.
        [named] { $who } hat das Dossier übernommen. Zuständig ist jetzt { $other }.
        [auto] Automatisch: Zuständig ist jetzt { $other }.
       *[somebody] Jemand hat das Dossier übernommen. Zuständig ist jetzt { $other }.
    }
line-handover-refused =
    { $by ->
        [you] Sie haben das Dossier nicht übernommen.
        [named] { $who } hat das Dossier nicht übernommen.
        [auto] Automatisch: Das Dossier ist nicht übernommen.
       *[somebody] Jemand hat das Dossier nicht übernommen.
    }
line-taken-over = Das Dossier kommt aus einem anderen System.
line-activity = Aus dem anderen System: { $what }.
line-changed = Im Dossier hat sich etwas geändert.
line-erased-party = Eine Person (Angaben gelöscht)
line-party = Partei { $number }
line-task = Aufgabe { $number }
role-applicant = Gesuchsteller/in
role-representative = Vertretung
role-objector = Einsprecher/in
role-third-party = Drittperson
line-today = Heute, { $day }
line-erased = Angaben gelöscht
