/** Codes of TLS failures in Node. */
export const tlsCodes =
  /^(ERR_TLS|ERR_SSL|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_|ERROR_IN_C|EPROTO)/;

/** Advice on adding an authority, if an unknown one may be the reason. */
export const caAdvice = (code: string) =>
  /SELF_SIGNED|UNABLE_TO_/.test(code)
    ? " Its authority is unknown here: if it is your company's, name its file in NODE_EXTRA_CA_CERTS, start node with --use-system-ca, or give `tls.ca`. NODE_TLS_REJECT_UNAUTHORIZED=0 is not followed."
    : "";
