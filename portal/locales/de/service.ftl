# service
service-back = Alle Leistungen
service-absent = { $municipality } bietet das hier nicht an
service-absent-text = Wenden Sie sich an die Gemeindeverwaltung von { $municipality }: am Schalter, am Telefon oder per Brief.
service-begin = Gesuch beginnen
service-pages = { $pages ->
        [one] Das Formular hat eine Seite. Ihre Angaben werden laufend gespeichert.
       *[other] Das Formular hat { $pages } Seiten. Ihre Angaben werden laufend gespeichert.
    }
service-for-residents = Dieses Formular füllen Einwohnerinnen und Einwohner aus. Sie sind als Amtsperson angemeldet.
service-municipality = In welcher Gemeinde?
service-look = Prüfen, ob es online geht
service-papers = Diese Unterlagen brauchen Sie
service-no-papers = Sie brauchen keine Unterlagen.
service-asked = Danach fragt das Formular
service-decides = Wer zuständig ist
service-decides-municipality = Die Gemeinde, die Sie bei «{ $field }» angeben.
service-decides-chosen = { $municipality }, wenn Sie diese Gemeinde bei «{ $field }» angeben.
service-involved = Mitbeteiligt ist:
service-sign-in = Anmeldung
service-sign-in-text = Zum Einreichen melden Sie sich an. So finden Sie Ihr Gesuch jederzeit wieder.
service-cost = Was es kostet
service-duration = Wie lange es dauert
service-days = { $days ->
        [one] Meistens einen Tag.
       *[other] Meistens { $days } Tage.
    }
needs-low = Eine einfache Anmeldung genügt.
needs-substantial = Nötig ist eine Anmeldung mit zweitem Faktor.
needs-high = Nötig ist eine Anmeldung mit geprüftem Ausweis.
