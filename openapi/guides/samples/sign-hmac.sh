payload='{{HMAC.payload}}'
secret='{{HMAC.secret}}'
printf %s "$payload" | openssl dgst -sha256 -hmac "$secret" -r | cut -d' ' -f1
