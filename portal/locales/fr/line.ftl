line-opened = Le dossier est ouvert.
line-you-added = Vous participez en tant que : { $what }.
line-party-added = Participe : { $name } ({ $what }).
line-submitted =
    { $by ->
        [you] Vous avez déposé la demande.
        [named] { $who } a déposé la demande.
        [auto] Automatiquement : la demande est déposée.
       *[somebody] Quelqu’un a déposé la demande.
    }
line-phase = L’étape suivante commence : { $what }.
line-involved = { $other } participe au dossier.
line-no-longer-involved = { $other } ne participe plus.
line-decided =
    { $by ->
        [you] Vous avez décidé : { $what }.
        [named] { $who } a décidé : { $what }.
        [auto] Automatiquement : { $what }.
       *[somebody] Quelqu’un a décidé : { $what }.
    }
line-closed =
    { $by ->
        [you] Vous avez clos le dossier.
        [named] { $who } a clos le dossier.
        [auto] Automatiquement : le dossier est clos.
       *[somebody] Quelqu’un a clos le dossier.
    }
line-withdrawn =
    { $by ->
        [you] Vous avez retiré la demande.
        [named] { $who } a retiré la demande.
        [auto] Automatiquement : la demande est retirée.
       *[somebody] Quelqu’un a retiré la demande.
    }
line-reopened =
    { $by ->
        [you] Vous avez rouvert le dossier.
        [named] { $who } a rouvert le dossier.
        [auto] Automatiquement : le dossier est rouvert.
       *[somebody] Quelqu’un a rouvert le dossier.
    }
line-task-added = Nouvelle tâche pour { $other } : { $what }.
line-task-assigned =
    { $by ->
        [you] Vous avez attribué la tâche : { $what }.
        [named] { $who } a attribué la tâche : { $what }.
        [auto] Automatiquement : la tâche est attribuée : { $what }.
       *[somebody] Quelqu’un a attribué la tâche : { $what }.
    }
line-task-claimed =
    { $by ->
        [you] Vous avez pris en charge la tâche : { $what }.
        [named] { $who } a pris en charge la tâche : { $what }.
        [auto] Automatiquement : la tâche est prise en charge : { $what }.
       *[somebody] Quelqu’un a pris en charge la tâche : { $what }.
    }
line-task-released =
    { $by ->
        [you] Vous avez rendu la tâche : { $what }.
        [named] { $who } a rendu la tâche : { $what }.
        [auto] Automatiquement : la tâche est rendue : { $what }.
       *[somebody] Quelqu’un a rendu la tâche : { $what }.
    }
line-task-completed =
    { $by ->
        [you] Vous avez terminé la tâche : { $what }.
        [named] { $who } a terminé la tâche : { $what }.
        [auto] Automatiquement : la tâche est terminée : { $what }.
       *[somebody] Quelqu’un a terminé la tâche : { $what }.
    }
line-asked-you =
    { $by ->
        [you] Vous demandez encore quelque chose.
        [named] { $who } vous demande encore quelque chose.
        [auto] Automatiquement : il manque encore quelque chose de votre part.
       *[somebody] Quelqu’un vous demande encore quelque chose.
    }
line-asked =
    { $by ->
        [you] Vous avez fait une demande de complément (n° { $number }).
        [named] { $who } a fait une demande de complément (n° { $number }).
        [auto] Automatiquement : demande de complément n° { $number }.
       *[somebody] Quelqu’un a fait une demande de complément (n° { $number }).
    }
line-answered =
    { $by ->
        [you] Vous avez répondu.
        [named] { $who } a répondu.
        [auto] Automatiquement : la réponse est arrivée.
       *[somebody] Quelqu’un a répondu.
    }
line-message =
    { $by ->
        [you] Vous avez écrit.
        [named] { $who } a écrit.
        [auto] Automatiquement : un message est arrivé.
       *[somebody] Quelqu’un a écrit.
    }
line-document =
    { $by ->
        [you] Vous avez déposé une annexe : { $what }.
        [named] { $who } a déposé une annexe : { $what }.
        [auto] Automatiquement : une annexe est arrivée : { $what }.
       *[somebody] Quelqu’un a déposé une annexe : { $what }.
    }
line-handed-over =
    { $by ->
        [you] Vous souhaitez transmettre le dossier à { $other }.
        [named] { $who } souhaite transmettre le dossier à { $other }.
        [auto] Automatiquement : le dossier doit être transmis à { $other }.
       *[somebody] Quelqu’un souhaite transmettre le dossier à { $other }.
    }
line-handover-accepted =
    { $by ->
        [you] Vous avez repris le dossier. { $other } est maintenant compétent.
        [named] { $who } a repris le dossier. { $other } est maintenant compétent.
        [auto] Automatiquement : { $other } est maintenant compétent.
       *[somebody] Quelqu’un a repris le dossier. { $other } est maintenant compétent.
    }
line-handover-refused =
    { $by ->
        [you] Vous n’avez pas repris le dossier.
        [named] { $who } n’a pas repris le dossier.
        [auto] Automatiquement : le dossier n’est pas repris.
       *[somebody] Quelqu’un n’a pas repris le dossier.
    }
line-taken-over = Le dossier vient d’un autre système.
line-activity = De l’autre système : { $what }.
line-changed = Quelque chose a changé dans le dossier.
line-erased-party = Une personne (données effacées)
line-party = Partie { $number }
line-task = Tâche { $number }
role-applicant = requérant/e
role-representative = représentant/e
role-objector = opposant/e
role-third-party = tiers
line-today = Aujourd’hui, { $day }
line-erased = Données effacées
