payload='{{RSA-2048.payload}}'
printf %s "$payload" | openssl dgst -sha256 -sign key.pem | openssl base64 -A
