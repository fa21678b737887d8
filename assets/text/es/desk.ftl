# Lo que lee el personal de recepción. Dice quién debe actuar.

sign-in-staff = Acceso del personal
sign-in-pin = Escriba su PIN para revisar este registro.
sign-in-digits = { $count ->
    [0] Ningún dígito todavía
    [one] 1 dígito escrito
   *[other] { $count } dígitos escritos
}
sign-in-checking = Comprobando su PIN
sign-in-erase = Borrar
pin-wrong = Ese PIN no se conoce. Inténtelo de nuevo.
pin-busy = El quiosco está ocupado y no comprobó su PIN. Introdúzcalo otra vez.
pin-locked = Demasiados PIN incorrectos. Espere e inténtelo de nuevo. Informática de la clínica puede acabar la espera.

review-title = Revisar el registro
review-born = Fecha de nacimiento: { $date }
review-staff = Sesión de { $name }
review-close = Cerrar sin archivar

person-title = { $count ->
    [one] Este envío trata de una persona
   *[other] Este envío trata de { $count } personas
}
person-lead = Pregunte quién se registra y toque a esa persona. Solo se abren los datos de esa persona.
person-nameless = Sin nombre
person-undated = Sin fecha de nacimiento
person-claimed = «{ $name }», según afirma el envío
people-another = Elegir a otra persona de este envío
people-left-out = { $count ->
    [one] 1 entrada de este envío trata de otra persona o no dice de quién. No se muestra aquí.
   *[other] { $count } entradas de este envío tratan de otra persona o no dicen de quién. No se muestran aquí.
}
people-other-spelling = He preguntado: «{ $other }» es la misma persona que «{ $name }».
people-no-patient = Este envío no describe a ningún paciente. He preguntado: sus datos son del paciente del expediente elegido.
people-chart-first = Elija primero un expediente.

chart-title = ¿De quién es el expediente?
chart-lead = Toque un expediente y confírmelo con el paciente.
chart-searching = Buscando en el EHR
chart-none = El EHR no conoce a nadie que coincida.
chart-unavailable = El EHR no responde: ahora no se puede elegir expediente.
chart-in-part = El EHR respondió solo en parte. Puede elegir un expediente de los que se ven, pero no abrir uno nuevo.
chart-none-in-part = El EHR respondió solo en parte: puede faltar un expediente.
chart-no-ehr = Los registros van a la carpeta de la clínica. Allí cada paciente es nuevo.
chart-search-again = Buscar de nuevo
chart-unverified = Un quiosco abrió este expediente y nadie lo ha verificado. Pida un documento.
chart-keep = Guardar y elegir el expediente después
chart-keep-lead = Todavía no se archiva nada. Ábralo en «En espera» cuando el EHR responda.
chart-keep-others = Solo se guarda esta persona. Para cada una de las demás se muestra el código otra vez.
chart-candidate = { $name }, fecha de nacimiento { $date }
chart-candidate-undated = { $name }, sin fecha de nacimiento
chart-born = Fecha de nacimiento: { $date }
chart-no-birth-date = Sin fecha de nacimiento en el expediente
chart-record = Expediente { $number }
chart-new = Paciente nuevo
chart-new-lead = Abre un expediente nuevo con los datos personales que usted marque.

letters-written-out = Algunas letras no se pueden mostrar aquí y figuran como códigos, ‹U+…›. Compare con el teléfono o el papel.

chart-agrees = Coincide: { $fields }
chart-agrees-by-rule = Coincide: { $fields } (CMS { $version }, regla { $rule })
chart-agrees-besides = También igual: { $fields }
chart-says = { $field } ({ $how }): { $chart } en el expediente
chart-not-counted = No cuenta: { $field } ({ $why })
chart-not-counted-says = No cuenta: { $field } «{ $text }» ({ $why })
chart-missing = Nada que comparar: { $fields }
chart-other-generation = Otra generación: uno dice Jr o un número y el otro dice otra cosa
chart-other-twin = Un número o un segundo nombre dice que este expediente es del gemelo
chart-telling = Entre los dos expedientes se distinguen: { $fields }
chart-opinion = La opinión propia del EHR: { $grade }
chart-opinion-score = La opinión propia del EHR: { $grade }, { $score } de 100
chart-opinion-rule = El EHR nombra CMS { $version }, regla { $rule }: { $fields }
chart-no-grade = sin grado

outcome-match = Un expediente encaja.
outcome-match-in-doubt = Un expediente encaja y algo habla en contra.
outcome-escalate = Dos expedientes encajan. Pregunte hasta que quede uno.
outcome-ambiguous = Encajan tres expedientes o más. Pregunte hasta que quede uno.
outcome-no-match = Ningún expediente está probado. Puede estar con otro nombre, número o fecha anteriores.
outcome-insufficient-fields = Lo compartido no basta para saber de quién es el expediente.
outcome-not-proven = No probado: el EHR respondió solo en parte y puede coincidir otro expediente.

grade-certain = seguro
grade-probable = probable
grade-possible = posible
grade-certainly-not = seguro que es otra persona

match-first = nombre
match-middle = segundos nombres
match-last = apellido
match-suffix = Jr o Sr
match-birth-date = fecha de nacimiento
match-gender = género
match-phone = teléfono
match-email = correo
match-street = dirección
match-zip = código postal
match-ssn4 = últimas cuatro cifras del Seguro Social
match-itin4 = últimas cuatro cifras del número de contribuyente
match-mbi = número de Medicare
match-legal-id = licencia o pasaporte
match-member-id = número de miembro del seguro
match-subscriber-id = número de póliza del seguro
match-unique-id = número de expediente
match-child-of = de quién es hijo
match-newborn-of = de quién es recién nacido
match-guardian = tutor
match-mother = madre
match-birth-encounter = encuentro del nacimiento
match-differs = distinto

near-nickname = un diminutivo
near-middle-name = como segundo nombre
near-spelling = una letra distinta
near-day = un día de diferencia
near-slip = casi igual
near-part = solo coincide una parte
near-swapped = nombre y apellido cambiados de lugar
near-day-and-month = día y mes cambiados de lugar
near-digit = una cifra distinta

not-counted-placeholder = un relleno
not-counted-fictional = un número de película
not-counted-not-valid = no es un valor completo
not-counted-impossible = fecha imposible
not-counted-without-zip = sin código postal
not-counted-without-authority = sin quién dio el número

doubt-given-name-differs = El nombre es otro: ¿un gemelo, un familiar o un número equivocado?
doubt-given-name-near = El nombre no es del todo igual: ¿una persona o dos?
doubt-middle-name = El nombre de uno es el segundo nombre del otro: ¿se hace llamar así?
doubt-given-name-not-compared = No se comparó ningún nombre, y los gemelos comparten lo demás.
doubt-birth-date-differs = La fecha de nacimiento es otra.
doubt-generation-one-sided = Solo uno dice Jr o Sr, y otro expediente tiene el mismo nombre.

ask-phone = Pregunte: ¿Cuál es su teléfono y cuál era antes?
ask-address = Pregunte: ¿Cuál es su dirección con código postal y dónde vivía antes?
ask-email = Pregunte: ¿Cuál es su correo?
ask-insurance-card = Pida la tarjeta del seguro.
ask-medicare-card = Pida la tarjeta de Medicare.
ask-document = Pida un documento con nombre y fecha de nacimiento.
ask-last-four = Pregunte: ¿Cuáles son las últimas cuatro cifras de su Seguro Social?
ask-given-names = Pregunte: ¿Cuáles son todos sus nombres?
ask-birth-date = Pregunte: ¿Cuándo nació? El mes con palabras, por favor.
ask-other-names = Pregunte: ¿Qué otros nombres tiene o tuvo?
ask-relatives = Pregunte: ¿Tiene un gemelo o un familiar con ese nombre que venga aquí?

identity-ask = Pregunte al paciente y marque lo que diga. La última marca elige este expediente.
identity-one-of = Y una de estas:
identity-name = Nombre: { $text }
identity-birth-date = Fecha de nacimiento: { $text }
identity-other-name = El paciente dice que “{ $text }” también es su nombre
identity-phone = Teléfono: { $text }
identity-address = Dirección: { $text }
identity-email = Correo: { $text }
identity-insurance = Tarjeta del seguro: { $text }
identity-medicare = Tarjeta de Medicare: { $text }
identity-licence = Licencia o pasaporte: { $text }
identity-last-four = Últimas cuatro cifras: { $text }
identity-record-number = Número de expediente: { $text }
identity-document = Vi un documento con este nombre y esta fecha de nacimiento
identity-explained = El paciente explicó lo que es distinto
identity-only-this-chart = Lo que responde el paciente coincide con este expediente y no con el otro
identity-too-little = Este expediente dice demasiado poco para saber de quién es. Complételo antes en el EHR.

beside-confirmed = Confirmado con el paciente
beside-another = Elegir otro expediente
beside-verified = Vi una identificación con foto: marcar como verificado
beside-verified-lead = Un quiosco abrió este expediente y nadie lo ha verificado.
beside-arrived = Marcar la llegada, { $time }
today-asking = Preguntando al EHR por las citas de hoy
today-on-time = A tiempo para las { $time }
today-shared-next-step = Varios pacientes comparten esta cita: marque en el sistema quién llegó.
today-by-hand-next-step = Marque la llegada en el sistema: no acepta ese cambio del quiosco.
today-on-time-next-step = Marque la llegada del paciente.
today-early = Temprano: { $time }, dentro de { $by }
today-early-next-step = Regístrelo ahora y dígale al paciente cuánto hay que esperar.
today-late = Tarde: { $time }, hace { $by }
today-late-next-step = Regístrelo ahora y avise al equipo médico.
today-elsewhere = Otro lugar: la cita de las { $time } no es aquí
today-elsewhere-next-step = Muestre la dirección al paciente. Marque la visita solo si lo atienden aquí.
today-away-metres = A unos { $number } m de aquí en línea recta
today-away-kilometres = A unos { $number } km de aquí en línea recta
today-away-miles = A unas { $number } millas de aquí en línea recta
today-unnamed-place = El EHR no dice el nombre del lugar.
today-unknown-place = Lugar según el EHR: «{ $place }». Compruebe que es aquí.
today-several = { $count } citas hoy
today-several-next-step = Pregunte a qué viene el paciente y marque cada una de esas.
today-none = No hay cita hoy
today-none-next-step = Pregunte a qué viene el paciente. Quien no tiene cita también puede registrarse.
today-next-tomorrow = Próxima: mañana a las { $time }
today-next-day = Próxima: { $day } a las { $time }
today-last-yesterday = Última: ayer a las { $time }
today-last-day = Última: { $day } a las { $time }
today-arrived = Ya está registrado para las { $time }
today-arrived-next-step = No hay nada que marcar.
today-over = Terminada: la visita de las { $time } ya se hizo
today-over-next-step = Pregunte a qué viene el paciente.
today-no-show = Figura que no vino: { $time }
today-no-show-next-step = El paciente está aquí: corríjalo en el EHR y avise al equipo médico.
today-cancelled = Cancelada: { $time }
today-not-agreed = Pedida y sin acordar: { $time }
today-no-time = aún sin hora
today-changed-at = Último cambio en el EHR a las { $time }
today-not-told = El EHR no dice si hay una cita hoy
today-not-told-next-step = Mire en su agenda.
today-in-part = El EHR no dio todas las citas. Mire en su agenda si hay más.
today-old = El EHR no volvió a responder. Esto es de las { $time }.
today-changed = Una cita que usted marcó ha cambiado en el EHR. Mírela de nuevo y vuelva a marcarla.
today-unlisted = { $count ->
    [one] 1 más en la agenda del EHR
   *[other] { $count } más en la agenda del EHR
}
today-mark-all-the-same = Lo atienden aquí de todos modos: marcar la llegada, { $time }
length-minutes = { $minutes } min
length-hours = { $hours } h
length-hours-minutes = { $hours } h { $minutes } min
beside-comparing = Comparando con el expediente
beside-seen-elsewhere = Este código ya se usó para otro expediente. Pregunte de quién son los datos antes de seguir.
beside-not-told = El EHR no muestra los datos de este expediente y no se pudo comparar. Lo marcado se archiva como nuevo.
beside-open = { $count ->
    [0] No queda nada por decidir
    [one] 1 requiere una decisión
   *[other] { $count } requieren una decisión
}
beside-details = { $count ->
    [one] 1 dato personal distinto
   *[other] { $count } datos personales distintos
}
beside-new = nuevos: { $count }
beside-changed = cambiados: { $count }
beside-possibly = quizá iguales: { $count }
beside-same = ya en el expediente: { $count }
beside-before = ya decidido antes: { $count }
beside-section-not-told = { $section }: no se pudo comparar
beside-show-open = Mostrar solo lo que requiere decisión
beside-show-all = Mostrar todo
beside-only-chart = Solo en el expediente
beside-only-chart-lead = Queda como está.

fields-same = Igual en el expediente: { $fields }
fields-policy = Cambie la póliza del expediente, o marque la tarjeta de arriba para archivarla como nueva.
fields-nothing = nada
fields-chart = Expediente
fields-shared = Compartido
fields-by-hand = Escrito aquí
fields-keep = Conservar { $field }: { $value }
fields-take = Tomar { $field }: { $value }
fields-typed = Escrito { $field }: { $value }
fields-edit = Editar { $field }
fields-edit-short = Editar
fields-doubted = El expediente se reconoce por esto. Tóquelo otra vez para cambiar: { $field }
field-name = Nombre
typing-hint = Escriba el valor como debe quedar en el expediente.
typing-date = Año, mes y día, como 1980-02-03.
typing-no-such-day = El calendario no tiene ese día.
typing-far-year = Nadie nació en ese año.
typing-take = Tomar este valor
typing-leave = Dejarlo

standing-new = Nuevo
standing-changed = Cambiado
standing-possibly = Quizá igual
standing-not-compared = Sin comparar
standing-same = Ya en el expediente
standing-held = { $title }: ya en el expediente
standing-file-anyway = Márquelo para archivarlo de todos modos.
loss-only-in-document = Este EHR no lo acepta como registro: se archiva en un documento para leer.
loss-partly-in-document = Este EHR no lo acepta entero como registro: el resto se archiva en un documento para leer.
loss-by-hand = Este EHR no lo acepta como registro: va a la carpeta de la clínica, para anotarlo a mano.
standing-looks-like = El expediente tiene { $title }, de nombre parecido: pregunte cuál es.
standing-resembles = En el expediente: { $title }
standing-differs = { $field }: compartido “{ $shared }”, expediente “{ $chart }”

before-left-out = Se dejó fuera antes: { $name }, { $day }
before-filed = { $name } lo aceptó antes, { $day }. Ahora no está en el expediente.
before-filed-elsewhere = Se aceptó antes, en un documento o para que otros lo revisen: { $name }, { $day }
before-kept-chart = Antes se conservó el dato del expediente: { $name }, { $day }
before-reviewed = Se revisó antes: { $name }, { $day }
before-again = Decidir de nuevo
before-again-of = Decidir de nuevo: { $title }
leave-out = Dejar fuera
leave-out-chosen = Queda fuera
leave-as-it-is = Dejar lo demás como está
leave-as-it-is-chosen = Lo demás queda como está
leave-out-of = Dejar fuera: { $title }
leave-rest = Dejar fuera los otros { $count }

items-title = Lo que compartió el paciente
items-empty = No hay datos en lo compartido.
take-all-new = Tomar todo lo nuevo: { $section }
tick-all = Marcar todo: { $section }
untick-all = Desmarcar todo: { $section }
items-ticked = { $taken } de { $total } marcados
items-unreadable = { $count ->
    [one] 1 entrada de lo compartido no se pudo leer.
   *[other] { $count } entradas de lo compartido no se pudieron leer.
}
document-look = Ver: { $kind }
document-drawing = Preparando la página
document-page = Página { $page }
document-page-of = Página { $page } de { $pages }
document-previous = Página anterior
document-next = Página siguiente
text-beginning = { $shown } … ({ $more } caracteres más: abra el texto completo abajo)
document-larger = Más grande
document-smaller = Página entera
document-close = Volver al formulario

covered-title = Este registro está tapado
covered-lead = Nadie lo tocó durante un minuto. No se ha perdido nada. «Continuar» no pide PIN: cierre el formulario al dejar el puesto.
covered-go-on = Continuar

items-resources = { $count ->
    [one] 1 registro, reunido en un documento
   *[other] { $count } registros, reunidos en un documento
}

verdict-conforms = Kill the Clipboard: cumple el borrador
verdict-conforms-with-remarks = Kill the Clipboard: cumple las reglas, con observaciones
verdict-differs = Kill the Clipboard: se aparta del borrador, pero se puede leer
verdict-card = Tarjeta de salud, no es un envío Kill the Clipboard
verdict-show = Ver detalles
verdict-hide = Ocultar detalles
verdict-rule = Regla
verdict-remark = Recomendación
sources-title = De dónde viene
source-link = Enlace abierto desde { $host }
source-card = Tarjeta firmada en { $host }
sources-more = { $count ->
    [one] y 1 origen más
   *[other] y { $count } orígenes más
}
sources-last-updated = El remitente cambió estos datos por última vez el { $date }.
attestation-absent = La aplicación que envía no firmó este envío. Está permitido.
attestation-verified = La aplicación que envía firmó este envío. Eso no dice nada de su contenido.
attestation-failed = La firma de la aplicación que envía no es válida. Trate la aplicación como desconocida.
refused-title = { $count ->
    [one] 1 archivo no se pudo usar
   *[other] { $count } archivos no se pudieron usar
}
refused-more = { $count ->
    [one] 1 archivo más no se pudo usar por otro motivo
   *[other] { $count } archivos más no se pudieron usar por otros motivos
}

file-nothing = Terminar
file-items = { $count ->
    [one] Archivar 1 dato
   *[other] Archivar { $count } datos
}
undecided-no-patient = Elija primero un expediente.
undecided-comparing = Se está comparando el expediente. Tarda unos segundos.
undecided-no-item = Marque al menos un dato.
undecided-new-patient = Para un paciente nuevo, marque los datos personales.
review-open = { $count ->
    [one] 1 aún requiere una decisión. Lo que no se marca queda fuera del expediente y se pregunta de nuevo.
   *[other] { $count } aún requieren una decisión. Lo que no se marca queda fuera del expediente y se pregunta de nuevo.
}
review-decided = Listo. Lo que no está marcado no entra en el expediente.

status-ready = En servicio
status-waiting = { $count ->
    [one] 1 registro espera ser enviado
   *[other] { $count } registros esperan ser enviados
}
status-needs-person = { $count ->
    [one] 1 registro necesita a una persona
   *[other] { $count } registros necesitan a una persona
}
status-kept = { $count ->
    [one] 1 registro espera su expediente
   *[other] { $count } registros esperan su expediente
}
status-camera-missing = Sin cámara: debe actuar el equipo de informática
status-printer-failing = La impresora falla: revise papel y cable
status-ehr-unreachable = El EHR no responde: los registros se guardan aquí
status-ehr-refusing = El EHR no admite este quiosco: debe actuar el equipo de informática
status-store-damaged = Se apartó una base de datos dañada: debe actuar el equipo de informática
status-no-list = Sin lista de emisores: no se conoce a ningún firmante

review-queue = En espera
queue-title = Registros
queue-looking = Buscando…
queue-count = { $count ->
    [0] Nada en espera.
    [one] El EHR todavía no tiene 1 registro.
   *[other] El EHR todavía no tiene { $count } registros.
}
queue-left-out = { $count ->
    [one] Hay uno más en espera. Aparecerá cuando se termine uno de estos.
   *[other] Hay { $count } más en espera. Aparecerán cuando se terminen estos.
}
queue-back = Volver al formulario
queue-close = Cerrar la lista
queue-kept-count = { $count ->
    [one] 1 registro espera su expediente.
   *[other] { $count } registros esperan su expediente.
}
queue-why-kept = Se guardó mientras el EHR no respondía. Ábralo y elija el expediente.
queue-kept-restored = Los datos del quiosco se restauraron de una copia: puede que ya esté archivado. Mire primero el expediente.
queue-look-again = No se envió nada: ahora hay que buscar otra cosa. Mírelo de nuevo.
queue-not-stopped = No se pudo retirar y aún puede enviarse. Avise de inmediato al equipo de informática.
queue-not-opened = No se pudo abrir ese registro. Puede que lo tenga otro puesto; si no, avise a informática.
queue-whose = ¿De quién es { $number }?
queue-whose-close = Ocultar el nombre de { $number }
queue-name-unknown = El nombre no quedó anotado.
queue-chart = Expediente: { $chart }
queue-place = { $place } (número { $numbers })
queue-chart-new = Paciente nuevo: al archivar se abre el expediente.
queue-chart-not-chosen = Todavía no hay expediente elegido.
queue-chart-unknown = No se conoce el expediente.
queue-record-there = { $title }: el EHR lo tiene
queue-record-perhaps = { $title }: puede que el EHR ya lo tenga
queue-record-not-sent = { $title }: todavía no enviado
queue-looked = Miré el expediente de { $name }.
queue-looked-also = Miré el expediente de { $name } y { $places }.
queue-looked-new = Miré si el EHR tiene un expediente de { $name }.
queue-looked-similar = Miré { $places }. Nada de esto es de { $name }.
queue-looked-at = Miré { $places }.
queue-looked-unnamed = Miré el expediente.
queue-open = Abrir { $number }
queue-open-later = Cierre antes el formulario y ábralo desde la pantalla de bienvenida.
queue-discard = Descartar { $number }
queue-discard-ask = ¿Descartarlo? Se borra lo que compartió el paciente y tendrá que compartirlo de nuevo.
queue-discard-sure = Sí, descartar { $number }
queue-discard-leave = No, conservar { $number }
queue-nobody = Nadie debe actuar: se envía solo.
queue-send-again = Enviar { $number } de nuevo
queue-why-turn = Espera su turno.
queue-why-behind = Un registro anterior de este paciente le espera a usted; este va después.
queue-why-ehr-away = El EHR no respondió.
queue-why-kiosk-refused = El EHR no deja entrar a este quiosco.
queue-why-content-refused = El EHR no acepta lo que contiene. Cuando se corrija, envíelo de nuevo.
queue-why-unclear = No es seguro qué tiene el EHR de este registro. Mire primero el expediente: si falta allí, envíelo de nuevo; si está, informática lo cierra.
queue-why-chart-changed = El expediente cambió después de confirmar esto. Haga allí el cambio a mano; luego informática lo cierra.
queue-why-other-ehr = Se confirmó para otro EHR, no para el que usa ahora este quiosco.
queue-why-changed = Ya no es lo que se confirmó y no se envía. Registre al paciente de nuevo y avise a informática.
queue-why-not-written = El quiosco no pudo escribir en su disco, por eso no se envió.
queue-why-several = Varias entradas del EHR llevan el nombre de este registro. Informática averigua cuál vale; después envíelo de nuevo.
queue-why-may-know = Puede que el EHR ya conozca a este paciente. Búsquelo allí: si es nuevo, envíelo otra vez; si tiene expediente, anótelo allí e informática lo cierra.
queue-why-other-chart = El EHR tiene un dato de este registro en otro expediente. Mire los dos; cuando esté donde corresponde, envíelo otra vez o que informática lo cierre.
queue-why-nothing-to-point-at = El EHR no dice dónde guarda una entrada a la que se refiere el resto. Cuando esté en el expediente, envíe esto de nuevo; o ponga el resto a mano, e informática lo cierra.
queue-why-unknown = Esta versión del quiosco no sabe por qué espera. Avise a informática.

more-show = Más de este registro
more-hide = Menos de este registro
more-none = Todo lo que contiene este registro se muestra arriba.
more-left-out = { $count ->
    [one] Hay 1 valor más en el original conservado.
   *[other] Hay { $count } valores más en el original conservado.
}

# Persona equivocada: qué se detuvo, qué se registró y cómo se deshace.
wrong-person-touch = Persona equivocada
wrong-person-title = Esa pantalla está cerrada
wrong-person-nothing = No se registró nada. Empiece de nuevo con el paciente correcto.
wrong-person-stopped = No se envía nada más de este registro. Lo que ya se registró se puede deshacer: ábralo en la lista de registros.
wrong-person-stopping = Se está deteniendo…
wrong-person-filed = Ya se registró: deshágalo en la lista de registros.
wrong-person-not-stopped = No se pudo detener y aún puede enviarse. Avise de inmediato al equipo de informática y busque en el EHR.
wrong-person-kept = No se registró nada. El formulario está guardado: búsquelo en la lista de registros y descártelo allí si no es de esta persona.
wrong-person-to-list = Ir a los registros
wrong-person-sign-in = Personal: inicie sesión y revíselo
queue-why-not-theirs = Alguien en el quiosco dijo que este registro no es suyo. Pregunte. Si es suyo, envíelo de nuevo; si no, retírelo.
queue-why-withdrawn = El personal lo retiró: no se envía nada más.
queue-withdraw = Retirar { $number }
queue-withdraw-ask = ¿Retirarlo? Lo que no se ha enviado no se enviará nunca. Lo que ya se registró se puede deshacer después.
queue-withdraw-sure = Sí, retirar { $number }
queue-withdraw-leave = No, dejar { $number }
queue-filed-title = Registrados en los últimos siete días: para revisar y para deshacer si era otra persona
queue-filed-withdrawn = Retirado
queue-filed-open = ¿Qué se registró de { $number }?
undo-lead = Marque lo que se debe deshacer. Cada elemento se lee en el EHR antes y después.
undo-nothing-filed = No se registró nada.
undo-withdrawn = Retirado { $time } por { $who }.
undo-do-mark = Se marcará como ingresado por error
undo-do-inactive = Se marcará como fuera de uso, si nada más se refiere a él
undo-do-delete = Se borrará
undo-do-set-back = { $element }: volverá a decir { $value }
undo-do-set-back-nothing = { $element }: volverá a quedar vacío
undo-confirm = { $count ->
    [0] Marque lo que se debe deshacer
    [one] Deshacer 1 elemento
   *[other] Deshacer { $count } elementos
}
undo-left = { $count ->
    [0] No queda nada en el EHR.
    [one] Queda 1 elemento.
   *[other] Quedan { $count } elementos.
}
undo-result-marked = Deshecho: marcado como ingresado por error y leído de nuevo
undo-result-deleted = Deshecho: ya no está en el EHR
undo-result-set-back = Deshecho: vuelto atrás y leído de nuevo
undo-result-changed-since = No deshecho: alguien lo cambió después
undo-result-still-referred = No deshecho: algo más se refiere a él
undo-result-not-allowed = No deshecho: el EHR no se lo permite al quiosco
undo-result-refused = No deshecho: el EHR no lo acepta
undo-result-no-version = No deshecho: el EHR no le da versión
undo-result-not-kept = No deshecho: el EHR dijo que sí, y no es así
undo-result-in-another-chart = No deshecho: ahora está en otro expediente
undo-result-version-unknown = No deshecho: el quiosco no sabe qué versión registró
undo-by-hand-not-offered = No se puede deshacer desde aquí: hágalo en el EHR.
undo-by-hand-changed-since = Alguien lo cambió después de registrarse: revíselo en el EHR.
undo-by-hand-of-another = Pertenece a otro registro y se queda.
undo-by-hand-no-version = El EHR no le da versión: hágalo en el EHR.
undo-by-hand-version-unknown = El quiosco no sabe qué versión registró: revíselo en el EHR.
undo-by-hand-in-another-chart = Ahora está en otro expediente: revíselo en el EHR.
undo-by-hand-not-readable = No se puede leer desde aquí: hágalo en el EHR.
undo-by-hand-in-folder = Está en la carpeta de la clínica: quítelo de allí.
undo-by-hand-held = Espera en el EHR a que alguien lo acepte: rechácelo allí.
undo-by-hand-in-doubt = Es posible que el EHR lo tenga: búsquelo allí.
undo-unread = El EHR no dijo cómo está. Cierre esto y ábralo de nuevo.
undo-untitled = Sin nombre
undo-facts = Datos para un aviso de incidente
undo-facts-asked = Escribiendo la página…
undo-facts-written = La página está en la carpeta de la clínica: { $name }
undo-facts-failed = No se pudo escribir la página. Avise al equipo de informática.

# La página para la persona encargada de la privacidad. Nada sobre la salud de nadie.
facts-title = Persona equivocada: datos para la persona encargada de la privacidad
facts-written = Escrito { $time }
facts-lead = Esta página dice lo que sabe este quiosco. No contiene nada sobre la salud de nadie.
facts-what-happened = Qué pasó
facts-check-in = Registro { $number } de { $time } (id { $id })
facts-visit = Visita { $visit }; no se confirmó nada.
facts-visit-confirmed = Visita { $visit }.
facts-see-check-in = De lo que compartió se confirmó el registro { $id }: su propia página dice qué se registró.
facts-chart = Registrado en el expediente { $chart }
facts-chart-meant = Destinado al expediente { $chart }
facts-no-chart = No se registró nada en un expediente, que este quiosco sepa.
facts-nobody-signed-in = nadie había iniciado sesión
facts-step-confirmed = { $time }: confirmado por { $who }
facts-step-filed = { $time }: el EHR lo había aceptado
facts-step-wrong-person = { $time }: alguien dijo que es la persona equivocada ({ $who }); se vació la pantalla
facts-step-held = { $time }: detenido ({ $who })
facts-step-withdrawn = { $time }: retirado por { $who }
facts-step-undo = { $time }: deshacer confirmado por { $who }
facts-who-saw = Quién vio qué, y durante cuánto tiempo
facts-nothing-seen = No hay en el registro ninguna pantalla con datos de esta visita.
facts-seen = { $what }: desde { $time }, como máximo { $seconds } segundos, { $who }
facts-seen-share = Tipos y cantidades de lo compartido, en la sala
facts-seen-people = Nombres y fechas de nacimiento de las personas de lo compartido
facts-seen-form = Los datos compartidos
facts-seen-chart = El expediente al lado
facts-seen-check-in = Nombre y títulos
facts-seen-unknown = Algo de esta persona
facts-seen-filed = Títulos de lo que se registró
facts-more-seen = { $count ->
    [one] 1 más está en el registro de auditoría.
   *[other] { $count } más están en el registro de auditoría.
}
facts-what-was-filed = Qué se registró o cambió en el EHR, y qué queda
facts-nothing-filed = No se registró nada.
facts-on-its-page = Vea la página del registro nombrado arriba.
facts-nothing-yet = Cuando se escribió esta página no había nada de él en el EHR, que este quiosco sepa. Espera aquí.
facts-waits = No había terminado cuando se escribió esta página: es posible que el EHR ya tenga más de él.
facts-undo-waits = Se estaba deshaciendo cuando se escribió esta página.
facts-not-known = No se sabe qué tiene el EHR de él: el quiosco no puede abrir su fila. Búsquelo en el EHR.
facts-count = { $kind }: { $filed } registrados o cambiados, { $undone } deshechos y leídos de nuevo, quedan { $left }
facts-perhaps-made = { $count ->
    [one] 1 elemento más estaba en el EHR cuando respondió: el quiosco no sabe si lo hizo este registro.
   *[other] { $count } elementos más estaban en el EHR cuando respondió: el quiosco no sabe si los hizo este registro.
}
facts-in-doubt = { $count ->
    [one] Es posible que 1 elemento esté en el EHR; hay que buscarlo allí.
   *[other] Es posible que { $count } elementos estén en el EHR; hay que buscarlos allí.
}
facts-weigh = Qué se evalúa (45 CFR 164.402)
facts-weigh-1 = 164.402(2)(i) Naturaleza y alcance: los tipos y cantidades de arriba. En pantalla hubo nombres, fechas de nacimiento y números de expediente.
facts-weigh-2 = 164.402(2)(ii) Quién lo usó o recibió: el personal nombrado arriba, por su id. Quién más estaba ante la pantalla: ______________________________
facts-weigh-3 = 164.402(2)(iii) Si se obtuvo o se vio: arriba está qué hubo en pantalla y cuánto tiempo. Si alguien lo leyó, copió o fotografió: ______________________________
facts-weigh-4 = 164.402(2)(iv) Cuánto se redujo el riesgo: arriba está qué se deshizo y qué queda. Compromisos de quien lo vio: ______________________________
facts-notice = Qué dice un aviso (45 CFR 164.404)
facts-notice-1 = 164.404(c)(1)(A) Qué pasó, qué día, y qué día se descubrió: arriba.
facts-notice-2 = 164.404(c)(1)(B) Qué tipos de información: arriba.
facts-notice-3 = 164.404(c)(1)(C) Qué puede hacer la persona para protegerse: ______________________________
facts-notice-4 = 164.404(c)(1)(D) Qué hace la clínica para investigar, reducir y evitar: los pasos de arriba, y ______________________________
facts-notice-5 = 164.404(c)(1)(E) A quién preguntar: un teléfono gratuito, un correo electrónico, un sitio web o una dirección postal: ______________________________
