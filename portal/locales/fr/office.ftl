# The office's pages
office-you = vous
office-yourself = vous-même
office-nobody = personne
office-official = personne { $number }
inbox-title = Réception { $authority }
inbox-as-of = État à { $time }
inbox-reload = Recharger
inbox-whose = Quelles tâches
inbox-open = À faire
inbox-mine = Chez moi
inbox-long = Plus de 30 jours
inbox-all = Toutes
inbox-service = Prestation
inbox-any-service = Toutes les prestations
inbox-phase = Phase
inbox-any-phase = Toutes les phases
inbox-filter = Filtrer
inbox-number = Numéro
inbox-find = Chercher le dossier
inbox-of = Tâches chez : { $who }
inbox-none = Tout est attribué. Les nouvelles tâches apparaissent ici.
inbox-none-here = Aucune tâche de ce genre. Choisissez d’autres tâches ou prestations ci-dessus.
inbox-caption = Tâches, triées par temps d’attente
inbox-pick = Choix
inbox-pick-one = Choisir { $number }
inbox-since = En attente depuis
inbox-request = Demande
inbox-step = Étape
inbox-with = Chez
inbox-several = Pour toutes les tâches choisies, { $max } à la fois au maximum :
inbox-claim = M’attribuer
inbox-assign-to = Attribuer à
inbox-assign = Attribuer
inbox-next = Tâches suivantes
several-title = Résultat
several-back = Retour à la réception
several-failed = Pas attribuées
several-done = Attribuées
several-gone = Votre service ne travaille plus sur ce dossier.
several-busy = Le système est très sollicité. Réessayez.
find-title = Chercher un dossier
find-none = Aucun dossier avec le numéro « { $number } », ou il ne relève pas de votre service.
find-hint = Le numéro figure sur l’accusé de réception, par exemple 4K2QX-7M3TZ-8.
find-several = Plusieurs dossiers correspondent
file-back = Retour à la réception
file-done = Enregistré. L’historique ci-dessous dit ce qui s’est passé.
file-changed = Votre action n’a pas été effectuée. Voici ce qui s’est passé depuis :
file-list = Liste
file-place = { $at } sur { $of }
file-not-in-list = Plus dans la liste, reste { $of }
file-previous = Dossier précédent
file-next = Dossier suivant
file-responsible = Compétent : { $authority }
file-responsible-word = Compétent
file-opened = Ouvert : { $when }
file-last = Dernière modification : { $when }
file-next-step = Prochaine étape
file-further = Écrire et décider
file-tools = Autres actions
file-enter = Commencer la phase
file-enter-act = Commencer
file-add-task = Nouvelle tâche
file-add-task-for = Pour
file-add-task-act = Ajouter
file-involve = Associer un service
file-involve-act = Associer
file-involved = Associé
file-end-involvement = Mettre fin à la participation
file-tasks = Tâches
file-no-tasks = Le dossier n’a pas de tâches.
task-open = à faire
task-completed = effectuée
task-assigned = attribuée : { $with }
task-claimed = en cours : { $with }
file-facts = Données
file-no-facts = Votre service ne voit aucune donnée de cette demande.
file-erased = Les données d’une personne ont été effacées.
file-people = Personnes concernées
file-papers = Annexes
file-no-papers = Aucune annexe.
file-line = Historique
file-seers = Qui voit quoi
file-seers-caption = Selon la définition de la prestation
sees-who = Qui
sees-fields = Données
sees-people = Personnes
sees-papers = Annexes
sees-messages = Messages
sees-grounds = Motivation
sees-basis = Base légale
sees-own = Requérants
sees-file = Service compétent
sees-shared = Services associés
sees-oversight = Surveillance
sees-public = Public
sees-all = toutes
sees-none = aucune
sees-outline = seulement prestation, phase, autorité et dates
act-accept = Accepter
act-refuse = Refuser
act-complete = Terminer
act-claim = M’attribuer
act-release = Rendre
act-close = Terminer le dossier
act-enter = Commencer : { $phase }
act-ask = Demander un complément
act-message = Écrire un message
act-note = Note interne
act-paper = Ajouter une annexe
act-hand-over = Transmettre
act-take-back = Retirer la transmission
act-decide = Rendre la décision
act-reopen = Rouvrir
next-accept = { $other } souhaite vous transmettre ce dossier.
next-complete = { $task } : chez vous.
next-claim = { $task } : en attente dans votre service.
next-assigned = { $task } : vous est attribuée.
next-decide = Toutes les tâches sont effectuées. Il manque la décision de l’autorité.
next-close = Tout est effectué. Terminez le dossier.
next-enter = Toutes les tâches de cette phase sont effectuées. Suite : { $phase }.
next-with = { $task } : chez { $with }.
next-handover = { $other } a été invité à reprendre le dossier.
next-nothing = Votre service n’a rien à faire ici pour le moment.
next-closed = Le dossier est terminé.
next-withdrawn = La demande a été retirée. Il n’y a plus rien à faire.
write-back = Retour au dossier
write-changed = Rien n’a été envoyé, votre texte est conservé. Voici ce qui s’est passé :
write-preview = Aperçu
write-preview-title = Voici ce que lira la personne requérante
write-unseen = La personne requérante n’en saura rien.
write-ask = De quoi avez-vous besoin ?
write-message = Message
write-note = Note
write-reason = Motif
write-grounds = Motivation
choose-party = À qui demandez-vous ?
choose-authority = À quel service ?
choose-outcome = Que décidez-vous ?
missing-text = Écrivez un texte
missing-party = Choisissez à qui vous demandez
missing-authority = Choisissez un service
missing-outcome = Choisissez votre décision
effect-ask = La personne trouvera votre question dans son dossier et devra répondre. { $authority } reste compétent.
effect-message = Toutes les personnes concernées liront ce message dans le dossier, au nom de { $authority }.
effect-note = Seules les autorités liront cette note : { $authority } et les services associés.
effect-hand-over = L’autre service est sollicité. Jusqu’à son accord, { $authority } reste compétent. Ensuite, les tâches ouvertes lui reviennent.
effect-refuse = { $authority } reste compétent et lira votre motif.
effect-take-back = La demande est retirée. { $authority } reste compétent.
effect-decide = La décision est ainsi rendue, au nom de { $authority }. Elle ne peut plus être modifiée.
effect-reopen = { $authority } travaille à nouveau sur le dossier. La décision précédente n’est plus le résultat du dossier.
counter-title = Au guichet
counter-text = Saisissez ici une demande pour une personne au guichet ou qui vous a écrit.
counter-back = Autre prestation
counter-form-text = Vous déposez au nom de cette personne. Vérifiez les données avec elle.
counter-name = Prénom et nom
counter-no-name = Saisissez le prénom et le nom
counter-submit = Déposer la demande
nav-counter = Guichet
work-title = Qui fait quoi
work-nobody = Personne n’a de tâche pour le moment.
work-caption = Tâches par personne responsable
work-who = Personne responsable
work-claimed = En cours
work-assigned = Attribuées
work-all = Total
work-oldest = Plus ancienne
work-hint = Ouvrez une personne pour attribuer ses tâches à d’autres.
statistics-title = Statistique { $authority }
statistics-finding = { $share } des demandes terminées ont duré moins de { $days } jours.
statistics-none = Aucune demande n’est encore terminée.
statistics-quick = Rapide signifie
statistics-under = moins de { $days } jours
statistics-show = Afficher
statistics-slowest = Le plus long : { $service }, { $days } jours en médiane.
statistics-caption = Demandes par prestation
statistics-service = Prestation
statistics-cases = Demandes
statistics-median = Jours (médiane)
statistics-p90 = 9 sur 10, jours
statistics-within = Moins de { $days } jours
statistics-outcomes = Décisions
statistics-all = Toutes les prestations
statistics-csv = Tableau en fichier CSV
statistics-more = En 12 mois, plus de demandes reçues que terminées : { $opened } contre { $ended }.
statistics-fewer = En 12 mois, plus de demandes terminées que reçues : { $ended } contre { $opened }.
statistics-as-many = En 12 mois, autant de demandes reçues que terminées : { $opened } et { $ended }.
statistics-months = Demandes par mois
statistics-month = Mois
statistics-so-far = { $month }, jusqu’à aujourd’hui
statistics-opened = Ouvertes
statistics-ended = Terminées
statistics-open-then = En cours à la fin du mois
figure-small = moins de 3
figure-none = –
figure-under-a-day = moins de 1
outcome-none = sans décision
figure-days = { $days } jours
inbox-days =
    { $days ->
        [0] aujourd’hui
        [one] 1 jour
       *[other] { $days } jours
    }
work-unassigned =
    { $count ->
        [0] Chaque tâche est attribuée.
        [one] 1 tâche n’est attribuée à personne.
       *[other] { $count } tâches ne sont attribuées à personne.
    }
work-waits =
    { $days ->
        [0] La plus ancienne est d’aujourd’hui.
        [one] La plus ancienne attend depuis 1 jour.
       *[other] La plus ancienne attend depuis { $days } jours.
    }
work-finding =
    { $count ->
        [one] Le plus : { $who }, 1 tâche
       *[other] Le plus : { $who }, { $count } tâches
    }
work-finding-you =
    { $count ->
        [one] Vous en avez le plus : 1 tâche
       *[other] Vous en avez le plus : { $count } tâches
    }
several-said =
    { $failed ->
        [0] { $done } attribuées.
       *[other] { $done } attribuées, { $failed } pas.
    }
