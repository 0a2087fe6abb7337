start-title = Che cosa desidera fare?
