# The demonstration's own sign-in
issuer-title = Qui voulez-vous être ?
issuer-lead = Ceci est une démonstration. Ces personnes n’existent pas et personne ne demande de mot de passe. Choisissez dont vous voulez voir le point de vue.
issuer-assurance = Avec quelle sûreté vous connectez-vous ?
issuer-assurance-hint = Les dossiers sensibles ne se montrent qu’après une connexion forte.
issuer-substantial = Forte, comme en deux étapes
issuer-low = Faible, comme avec un mot de passe seul
issuer-residents = Comme habitante ou habitant
issuer-offices = Dans une commune ou un service
issuer-canton = Au canton
issuer-operation = À l’exploitation
issuer-cases =
    { $count ->
        [one] 1 demande
       *[other] { $count } demandes
    }
issuer-turn = l’autorité attend une réponse
issuer-represents = représente d’autres personnes
issuer-role-clerk = Traitement des dossiers
issuer-role-steward = Gestion de la participation
issuer-role-overseer = Surveillance
issuer-operator = Journal, vues, interfaces
issuer-nobody = Ne pas se connecter
