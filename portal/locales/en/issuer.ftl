# The demonstration's own sign-in
issuer-title = Who would you like to be?
issuer-lead = This is a demonstration. These people don’t exist, and nobody asks for a password. Choose whose view you would like to see.
issuer-assurance = How strongly do you sign in?
issuer-assurance-hint = Sensitive cases show only after a strong sign-in.
issuer-substantial = Strongly, as with two steps
issuer-low = Weakly, as with a password alone
issuer-residents = As a resident
issuer-offices = In a municipality or an office
issuer-canton = At the canton
issuer-operation = In operations
issuer-cases =
    { $count ->
        [one] 1 case
       *[other] { $count } cases
    }
issuer-turn = the authority waits for an answer
issuer-represents = represents others
issuer-role-clerk = handles cases
issuer-role-steward = manages participation
issuer-role-overseer = oversees
issuer-operator = log, views, adapters
issuer-nobody = Don’t sign in after all
