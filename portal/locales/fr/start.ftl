start-title = Que souhaitez-vous faire ?
