# live
nav-operator = Exploitation
as-of = État à { $when }
live-pause = Suspendre
live-go-on = Reprendre
live-again = Recharger

# home
operator-title = Exploitation
health-ready = Répond
health-not-ready = Une vue ne répond pas
storage-title = Stockage
storage-end = Fin du journal (position)
storage-commits = Entrées dans l’arbre de hachage
storage-root = Racine de l’arbre de hachage
storage-durability = Quittance donnée
durability-disk = une fois écrit sur le disque
durability-quorum = une fois écrit sur la plupart des disques
durability-claimed = dès qu’un serveur le confirme
durability-unsynced = tout de suite, même sans disque
written-title = Écrit depuis le démarrage
written-commits = Entrées
written-events = Événements
written-bytes = Octets
written-groups = Groupes d’entrées
written-mean = Durée d’un groupe
written-millis = { $millis } ms

# log
log-title = Journal
log-lead = Les 50 dernières entrées, la plus récente d’abord. Ce qui concerne des personnes reste scellé.
log-table = Dernières entrées
log-position = Position
log-when = Heure
log-by = Par
log-reference = Numéro
log-what = Ce qui s’est passé
log-party = une partie
log-installation = l’exploitation
log-somebody = quelqu’un d’autre
log-administration = Gestion de la plateforme
log-sealed = { $count ->
        [one] { $count } valeur scellée
       *[other] { $count } valeurs scellées
    }
event-log-created = Journal créé
event-service-named = Prestation nommée
event-definition-chunk = Partie d’une définition déposée
event-edition-published = Édition publiée
event-register-published = Registre publié
event-participation-set = Participation saisie
event-case-opened = Dossier ouvert
event-party-added = Partie saisie
event-submitted = Demande déposée
event-phase-entered = Phase commencée
event-authority-involved = Autorité associée
event-involvement-ended = Association terminée
event-decision-issued = Décision rendue
event-closed = Terminé
event-withdrawn = Retiré
event-reopened = Rouvert
event-task-added = Tâche créée
event-task-assigned = Tâche attribuée
event-task-claimed = Tâche reprise
event-task-released = Tâche rendue
event-task-completed = Tâche terminée
event-information-requested = Complément demandé
event-information-provided = Complément fourni
event-message-sent = Message envoyé
event-document-referenced = Annexe saisie
event-handed-over = Transmis
event-handover-accepted = Transmission acceptée
event-handover-refused = Transmission refusée
event-case-taken-over = Dossier repris
event-activity-recorded = Activité d’un autre système saisie
event-other = Événement { $kind }

# views
views-title = Vues
views-lead = { $stopped ->
        [0] Toutes les vues fonctionnent.
        [one] Une vue est arrêtée.
       *[other] { $stopped } vues sont arrêtées.
    }
view-name = Vue
view-status = État
view-worklist = Listes de travail
view-directory = Répertoire des demandes de chacun
view-overview = Vue d’ensemble
view-process = Déroulements
view-moments = Moments
view-current = à jour
view-behind = rattrape
view-building = en construction
view-waiting = attend
view-stopped = arrêtée
view-read-title = Lu
view-read = jusqu’à { $position } sur { $end }
view-lag = Retard
view-progress = Progression
view-retry = Réessayer
view-rebuild = Reconstruire
view-rebuild-title = Reconstruire une vue
view-rebuild-effect = La vue est reconstruite à partir du journal. L’ancienne répond jusqu’à ce que la nouvelle soit prête. Rien ne se perd.
view-cancel = Annuler
view-done = Lancé : { $view }

# adapters
adapters-title = Interfaces
adapters-lead = Voici par où personnes et programmes accèdent à cette installation.
adapters-table = Interfaces intégrées
adapters-sign-in = Connexion par OpenID Connect
adapters-issuer = Émetteur
adapters-own-sign-in = La connexion est assurée par le programme qui intègre ces pages.
adapters-what = Interface
adapters-where = Adresse
adapters-routes = Routes
adapter-pages = Pages
adapter-api = Interface pour programmes
adapter-openapi = Description de l’interface (OpenAPI)
adapter-health = Signe de vie
adapter-ready = Disponibilité
adapter-metrics = Mesures (Prometheus)

# publish
publish-title = Publier une édition
publish-intro = Choisissez un fichier de prestation. Il est d’abord vérifié et vous voyez ce qui change. Rien n’est encore publié.
publish-file = Fichier de prestation
publish-file-hint = TOML, 384 Ko au plus
publish-text = Texte du fichier
publish-text-or = (au lieu d’un fichier)
publish-check = Vérifier
publish-no-file = Choisissez un fichier ou saisissez son texte
publish-mistakes = { $count ->
        [one] Corrigez { $count } erreur dans le fichier
       *[other] Corrigez { $count } erreurs dans le fichier
    }
publish-mistakes-title = Erreurs dans le fichier
publish-same = Cette édition est déjà publiée : le fichier dit la même chose
publish-lead = Ce sera l’édition { $number }. Elle n’est pas encore publiée.
publish-effect = Dès le jour de validité, les nouvelles demandes suivent cette édition. Les demandes en cours gardent la leur. Une édition ne se retire pas, elle se remplace par une nouvelle.
publish-do = Publier l’édition
publish-back = Autre fichier
