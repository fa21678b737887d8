# Lo que estorba: al paciente, qué hacer; al personal, quién debe actuar.

trouble-link-unreadable-title = No pudimos leer este código
trouble-link-unreadable-patient = Abra el código otra vez en su aplicación de salud y muéstrelo de nuevo.
trouble-link-unreadable-staff = El código está cortado o dañado. El paciente lo muestra otra vez; si falla, regístrelo a mano.

trouble-link-malformed-title = Su aplicación de salud creó mal este código
trouble-link-malformed-patient = Por favor, pase a recepción. Allí le registran.
trouble-link-malformed-staff = El código está completo, pero una parte no es como pide el estándar. Un código nuevo de la misma aplicación no ayudará: deben corregirlo sus creadores. Registre al paciente a mano.

trouble-scanner-layout-title = Nuestro lector está mal configurado
trouble-scanner-layout-patient = Por favor, pase a recepción. Su código está bien.
trouble-scanner-layout-staff = El lector de mano escribe para una distribución de teclado distinta de la de este equipo, o está activado Bloq Mayús. Desactive Bloq Mayús y lea el código otra vez; si no funciona, informática configura la distribución de teclado del lector. Mientras tanto use la cámara o registre al paciente a mano.

trouble-link-expired-title = Este código ya venció
trouble-link-expired-patient = Cree un código nuevo en su aplicación de salud e inténtelo otra vez.
trouble-link-expired-staff = El código dice que su tiempo terminó. El paciente crea uno nuevo en la aplicación.

trouble-link-gone-title = Este código ya no se puede usar
trouble-link-gone-patient = Cree un código nuevo en su aplicación de salud e inténtelo otra vez.
trouble-link-gone-staff = El servidor ya no tiene este envío: usado, retirado o vencido. El paciente crea un código nuevo.

trouble-link-too-new-title = Este código es más nuevo que el quiosco
trouble-link-too-new-patient = Por favor, pase a recepción. Allí le registran.
trouble-link-too-new-staff = El código usa una versión posterior del estándar. Registre al paciente a mano; informática actualiza el quiosco.

trouble-link-locked-title = Este código está bloqueado
trouble-link-locked-patient = Cree un código nuevo en su aplicación de salud e inténtelo otra vez.
trouble-link-locked-staff = La clave fue incorrecta demasiadas veces y el remitente bloqueó el código para siempre. El paciente crea uno nuevo.

trouble-passcode-wrong-title = Esa clave no funcionó
trouble-passcode-wrong-patient = Por favor, pase a recepción. Allí le ayudarán.
trouble-passcode-wrong-staff = La clave fue incorrecta tres veces, y cada intento cuenta para siempre contra el código. El paciente busca la clave o crea un código nuevo; o regístrelo a mano.

trouble-link-busy-title = Su aplicación de salud pide que esperemos
trouble-link-busy-patient = Espere un minuto e inténtelo otra vez. O vaya a recepción.
trouble-link-busy-staff = El servidor de la aplicación del paciente pide esperar. Inténtelo en un minuto o registre al paciente a mano.

trouble-link-withdrawn-title = Estos datos fueron retirados
trouble-link-withdrawn-patient = Cree un código nuevo en su aplicación de salud e inténtelo otra vez.
trouble-link-withdrawn-staff = El remitente dice que estos archivos ya no son válidos. El paciente crea un código nuevo.

trouble-link-needs-passcode-title = Este código necesita una clave
trouble-link-needs-passcode-patient = Muestre el código otra vez y escriba su clave.
trouble-link-needs-passcode-staff = El código pide una clave y no se dio ninguna. El paciente lo muestra una vez más.

trouble-nothing-to-read-title = Este código no contiene datos de salud
trouble-nothing-to-read-patient = Vaya a recepción, por favor. Allí le registrarán.
trouble-nothing-to-read-staff = El código se abrió y no contiene datos de salud ni tarjetas. Registre al paciente a mano.

trouble-document-not-shown-title = Este documento no se puede mostrar
trouble-document-not-shown-patient = Vaya a recepción, por favor. Allí le registrarán.
trouble-document-not-shown-staff = El documento está dañado, bloqueado, es demasiado grande o de otro tipo. Aún se puede archivar como llegó.

trouble-address-refused-title = No es seguro abrir este código
trouble-address-refused-patient = Por favor, pase a recepción. Allí le registran.
trouble-address-refused-staff = El código lleva a una dirección que el quiosco nunca abre. Deben corregirlo los autores de la aplicación; registre al paciente a mano.

trouble-share-server-down-title = Su aplicación de salud no respondió
trouble-share-server-down-patient = Espere un momento e inténtelo otra vez. O pase a recepción.
trouble-share-server-down-staff = El servidor de la aplicación del paciente no responde bien. Inténtelo una vez más y luego registre al paciente a mano.

trouble-share-server-refuses-title = Su aplicación de salud no nos dejó leer este código
trouble-share-server-refuses-patient = Por favor, pase a recepción. Allí le registran.
trouble-share-server-refuses-staff = El servidor de la aplicación del paciente responde, pero pide algo que el código no trae, o rechaza lo que pide el estándar. Intentarlo otra vez no ayudará; deben actuar sus creadores. Registre al paciente a mano.

trouble-share-too-large-title = Este código contiene demasiado
trouble-share-too-large-patient = Comparta menos datos en su aplicación de salud o pase a recepción.
trouble-share-too-large-staff = El envío supera un límite de tamaño. Los autores de la aplicación deben enviar menos; registre al paciente a mano.

trouble-file-tampered-title = Estos datos se cambiaron o dañaron
trouble-file-tampered-patient = Cree un código nuevo en su aplicación de salud e inténtelo otra vez.
trouble-file-tampered-staff = Un archivo no se abre con la llave del código: dañado o cambiado en el camino. No se usa nada de él. Si un código nuevo también falla, deben actuar los autores de la aplicación.

trouble-content-unreadable-title = No encontramos datos de salud
trouble-content-unreadable-patient = Por favor, pase a recepción. Allí le registran.
trouble-content-unreadable-staff = El archivo se abrió, pero no contiene datos de salud legibles. Deben corregirlo los autores de la aplicación; registre al paciente a mano.

trouble-no-person-title = Estos datos no tienen nombre
trouble-no-person-patient = Por favor, pase a recepción. Allí le registran.
trouble-no-person-staff = El envío no contiene ningún registro ni dice de quién trata. Deben corregirlo los autores de la aplicación; registre al paciente a mano.

trouble-several-people-title = Estos datos son de más de una persona
trouble-several-people-patient = Por favor, pase a recepción. Allí le registran.
trouble-several-people-staff = El envío no distingue a estas personas, así que no se muestra nada. Registre al paciente a mano.

trouble-card-unreadable-title = No pudimos leer esta tarjeta
trouble-card-unreadable-patient = Ponga la tarjeta plana y quieta, e inténtelo otra vez.
trouble-card-unreadable-staff = El código de la tarjeta está incompleto o dañado. Pruebe con una copia limpia o registre al paciente a mano.

trouble-card-not-genuine-title = No pudimos confirmar esta tarjeta
trouble-card-not-genuine-patient = Por favor, pase a recepción. Allí le ayudan.
trouble-card-not-genuine-staff = La firma no corresponde al emisor que nombra la tarjeta. No la use; recepción pide otra prueba.

trouble-issuer-unknown-key-title = No pudimos confirmar esta tarjeta
trouble-issuer-unknown-key-patient = Por favor, pase a recepción. Allí le ayudan.
trouble-issuer-unknown-key-staff = El emisor no publica la llave que firmó esta tarjeta, o no lo hace bien. No la use; recepción pide otra prueba.

trouble-revocation-unknown-title = Esta tarjeta no se pudo comprobar
trouble-revocation-unknown-patient = Espere un momento e inténtelo otra vez. O vaya a recepción.
trouble-revocation-unknown-staff = La lista de tarjetas anuladas del emisor no está disponible ahora. Inténtelo otra vez y luego registre al paciente a mano.

trouble-card-expired-title = Esta tarjeta ya venció
trouble-card-expired-patient = Pida una tarjeta nueva a quien se la dio. En recepción todavía pueden registrarle.
trouble-card-expired-staff = El tiempo de la tarjeta terminó. El paciente pide una nueva al emisor; hoy regístrelo a mano.

trouble-card-not-yet-valid-title = Esta tarjeta todavía no vale
trouble-card-not-yet-valid-patient = Por favor, pase a recepción. Allí le registran.
trouble-card-not-yet-valid-staff = El tiempo de la tarjeta no ha comenzado. El paciente pregunta al emisor; compruebe que el reloj del quiosco esté bien.

trouble-card-revoked-title = Esta tarjeta fue retirada
trouble-card-revoked-patient = Por favor, pase a recepción. Allí le ayudan.
trouble-card-revoked-staff = El emisor retiró esta tarjeta. No la use; recepción pide otra prueba.

trouble-not-stored-title = Su registro no se guardó
trouble-not-stored-patient = Por favor, pase a recepción. Allí le registran.
trouble-not-stored-staff = El registro no se pudo escribir en el disco y no se archivó nada. Informática debe revisar el disco de este quiosco; registre al paciente a mano.

trouble-audit-not-written-title = Este quiosco tiene que parar
trouble-audit-not-written-patient = Por favor, pase a recepción. Allí le registran.
trouble-audit-not-written-staff = El registro de auditoría no se pudo escribir, así que no se hizo nada. Informática debe actuar antes de volver a usar este quiosco.

trouble-timed-out-title = Tardó demasiado
trouble-timed-out-patient = Inténtelo otra vez, por favor. O pase a recepción.
trouble-timed-out-staff = Leer el envío tardó demasiado. Inténtelo una vez más y luego registre al paciente a mano.

trouble-reader-failed-title = Algo falló en este quiosco
trouble-reader-failed-patient = Inténtelo otra vez, por favor. O pase a recepción.
trouble-reader-failed-staff = La parte del programa que lee falló y se reinició. Si vuelve a ocurrir, debe actuar informática.
