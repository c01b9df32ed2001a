payload='{{Ed25519.payload}}'
printf %s "$payload" > payload.txt # Ed25519 needs the whole payload at once
openssl pkeyutl -sign -rawin -inkey key.pem -in payload.txt | openssl base64 -A
