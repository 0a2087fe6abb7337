# words
word-service = Prestation
word-authority = Autorité
word-month = Mois
left-out = omis
lasting-below-hour = moins d’une heure
lasting-hours = { $hours ->
        [one] { $hours } heure
       *[other] { $hours } heures
    }
lasting-days = { $days ->
        [one] { $days } jour
       *[other] { $days } jours
    }
counted-cases = { $cases ->
        [one] { $cases } demande
       *[other] { $cases } demandes
    }
counted-open = { $cases ->
        [one] { $cases } demande en cours
       *[other] { $cases } demandes en cours
    }
canton-day = Jour
canton-month = Mois
canton-year = Année
level-municipality = Commune
level-canton = Canton
level-office = Service

# overview
canton-title = Vue d’ensemble
canton-lead = { $services ->
        [one] { $cases } demandes pour { $services } prestation.
       *[other] { $cases } demandes pour { $services } prestations.
    }
canton-lead-open = { $open ->
        [one] { $open } est en cours.
       *[other] { $open } sont en cours.
    }
canton-left-out = « Omis » signifie : moins de { $threshold } cas. Il en va de même si l’on pouvait sinon calculer de tels cas.
canton-all-services = Toutes les prestations
canton-figure = Communes selon
canton-time = Période
canton-months = { $months } mois
canton-show = Afficher
measure-median = Durée en jours (médiane)
measure-cases = Nombre de demandes
measure-open = Demandes en cours
canton-map = Communes selon { $measure }
canton-as-table = Sous forme de tableau
canton-as-map = Sous forme de carte
canton-skip-map = Sauter la carte
canton-legend = Légende
legend-small = moins de { $threshold } cas ou omis
legend-none = sans indication
canton-services = Prestations
canton-by-service = Demandes par prestation
canton-by-municipality = Communes : { $service }
canton-others = Autres ensemble
canton-total = Total
figure-cases = Demandes
figure-open = En cours
figure-closed = Terminées
figure-withdrawn = Retirées
figure-median = Médiane
figure-p90 = 9 sur 10
canton-trend = Évolution
trend-opened = Reçues
trend-ended = Traitées
trend-open = En cours à la fin du mois
trend-so-far = (jusqu’ici)
trend-table = Demandes par mois
trend-none = { $service } : trop peu de demandes pour montrer une évolution.
trend-finding = { $cases ->
        [one] { $service } : { $cases } demande reçue en { $month }.
       *[other] { $service } : { $cases } demandes reçues en { $month }.
    }
csv-services = Prestations en fichier CSV
csv-municipalities = Communes en fichier CSV
csv-trend = Évolution en fichier CSV
csv-steps = Transitions en fichier CSV
csv-ways = Parcours en fichier CSV
csv-register = Registre en fichier CSV
csv-participation = Participation en fichier CSV

# a case by its number
case-seek-title = Rechercher une demande
case-seek-lead = La surveillance voit l’aperçu d’une demande : prestation, autorité, phase et dates. Elle ne voit rien sur les personnes.
case-seek-number = Numéro
case-seek-none = Sous ce numéro, il n’y a rien que vous puissiez voir.
case-opened = Ouverte
case-changed = Dernière modification

# process
process-title = Déroulement
process-lead = { $cases } demandes sont terminées. L’image en montre { $drawn } : celles dont le parcours compte au moins { $threshold } demandes.
process-too-few = Trop peu de demandes sont terminées pour une image. Un parcours apparaît à partir de { $threshold } demandes.
process-finding = Les demandes attendent le plus avant « { $step } » : { $wait } en médiane ({ $cases } demandes).
process-no-finding = Aucune étape ne fait attendre longtemps les demandes.
process-legend = De haut en bas : les étapes avec le nombre de demandes. Les barres montrent le temps jusqu’à l’étape suivante. À droite : des étapes sont sautées. À gauche : retour à une étape précédente. Les transitions rares ne figurent que dans le tableau.
process-steps = Transitions d’une étape à l’autre
process-from = De
process-to = À
process-spans-title = Durée des différentes parties
process-spans = Durée des phases et des tâches
process-part = Partie
process-ways-title = Parcours les plus fréquents
process-ways = Parcours à travers les étapes
process-way = Parcours
process-share = Part
process-other-ways = Autres parcours ensemble
step-begin = Début
step-submitted = Déposé
step-phase = Phase : { $phase }
step-task = Terminé : { $task }
step-information-requested = Demande de complément
step-information-provided = Réponse à la demande de complément
step-authority-involved = Autorité associée
step-involvement-ended = Association terminée
step-handed-over = Transmis
step-handover-accepted = Transmission acceptée
step-handover-refused = Transmission refusée
step-decision = Décision
step-closed = Terminé
step-withdrawn = Retiré
step-reopened = Rouvert
span-phase = Phase « { $phase } »
span-task = Tâche « { $task } »
span-information = Complément, jusqu’à la réponse
span-handover = Transmission, jusqu’à l’acceptation

# register
register-title = Registre des autorités
register-lead = Quelles autorités existent à une date donnée. Édition { $edition } du registre.
register-table = Autorités au { $day }
register-name = Nom
register-number = Numéro
register-level = Niveau
register-all-levels = Tous les niveaux
register-district = Arrondissement électoral
register-residents = Habitants
register-part-of = Fait partie de
register-since = Depuis
register-until = Jusqu’au
register-day = État au
register-wrong-day = Indiquez un jour qui existe, par exemple 24 11 2026
register-none = Aucune autorité ne correspond. Élargissez votre choix.
register-took-over = Également compétente pour { $name } depuis le { $day }.
register-successor = Successeur
register-history-title = Historique
register-history = Noms et périodes
register-participation-title = Participation
register-participation = Participation aux prestations aujourd’hui
register-figures-title = Demandes
register-figures = Demandes de cette autorité par prestation

# participation
participation-title = Participation
participation-lead = Qui offre aujourd’hui quelle prestation. Sont comptées les communes et les autres autorités dont une participation est saisie.
participation-table = Autorités par prestation et état
participation-planned = prévu
participation-live = participe
participation-suspended = suspendu
participation-left = retiré
participation-none = ne participe pas
participation-of = Participation : { $service }
participation-state = État actuel
participation-history = Chronologie
participation-from = { $state } dès le { $day }
participation-all = Toutes les communes participent, sauf celles qui ont suspendu leur participation ou se sont retirées.
participation-joined = Seules participent les autorités qui ont adhéré.
participation-new = Nouvel état
participation-record = Saisir une participation
participation-day = À partir de quand
participation-hint = Les inscriptions existantes restent. De deux inscriptions pour le même jour, la dernière compte.
participation-save = Saisir la participation
participation-recorded = Saisi : la chronologie de { $authority } est complétée.
participation-no-authority = Choisissez une autorité
participation-no-state = Choisissez un état
participation-no-day = Indiquez un jour qui existe, par exemple 24 11 2026

# editions
editions-title = Éditions
editions-lead = Chaque prestation a des éditions. Une demande reste liée à l’édition sous laquelle elle a été déposée.
editions-table = Prestations et leurs éditions
editions-count = Éditions
editions-in-force = En vigueur
editions-of = Éditions : { $service }
editions-edition = Édition
editions-number = Édition { $number }
editions-state = État
editions-now = en vigueur aujourd’hui
editions-changes = Modifications
editions-compared = Différence avec l’édition { $number }
editions-hash = Empreinte (SHA-256)
editions-note = De l’empreinte figurent ici les 16 premiers caractères, sur la page d’une édition tous.
edition-responsible = Compétente
edition-sees-fields = Champs : { $fields }
edition-sees-outline = Aperçu : prestation, phase, autorité, dates
edition-sees-nothing = rien
difference-lead = Ce que l’édition { $new } change par rapport à l’édition { $old }.
difference-none = Les deux éditions disent la même chose.
difference-what = Quoi
difference-how = Comment
difference-before = Avant
difference-after = Nouveau
change-added = ajouté
change-removed = supprimé
change-changed = modifié
change-reordered = autre ordre
part-name = Nom dans les adresses
part-labels = Désignation
part-about = Description
part-validity = Validité
part-assurance = Connexion requise
part-competence = Compétence
part-involved = Associées
part-phases = Phases
part-tasks = Tâches
part-tasks-by-hand = Tâches créées à la main
part-documents = Annexes
part-fields = Champs
part-outcomes = Issues
part-disclosure = Communication
part-oversight = Surveillance
part-activities = Activités reprises
prop-labels = désignation
prop-de = en allemand
prop-fr = en français
prop-it = en italien
prop-en = en anglais
prop-valid-from = Valable dès le
prop-valid-until = Valable jusqu’au
prop-kind = type
prop-required = obligatoire
prop-privacy = caractère personnel
prop-reason = motif
prop-max-length = longueur maximale
prop-min = valeur minimale
prop-max = valeur maximale
prop-choice = choix
prop-phase = phase
prop-own = les parties elles-mêmes
prop-file = autorité compétente
prop-shared = autorités associées
prop-outline = surveillance
prop-public = public
prop-fields = champs
prop-messages = messages
prop-grounds = motivation
prop-documents = annexes
prop-parties = identité des parties
prop-basis = base légale
prop-open = consultable
prop-submit = pour déposer
prop-read = pour lire
prop-code = code
prop-summary = résumé
prop-category = domaine
prop-keywords = mots-clés
prop-cost = coût
prop-duration-days = durée habituelle en jours
prop-needs = ce qu’il faut
kind-text = texte, { $max } caractères au plus
kind-integer = nombre de { $min } à { $max }
kind-date = date
kind-boolean = oui ou non
kind-choice = choix : { $choices }
kind-municipality = commune
competence-field = la commune indiquée sous { $field }
assurance-none = aucune
assurance-low = simple
assurance-substantial = substantielle
assurance-high = élevée
value-yes = oui
value-no = non
value-all = tous
value-only = seulement { $fields }
value-personal = concerne une personne
value-plain = ne concerne personne : { $reason }
value-required = obligatoire
value-optional = facultatif
value-quoted = « { $text } »

# navigation
nav-register = Registre
