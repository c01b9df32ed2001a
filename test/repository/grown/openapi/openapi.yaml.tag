  - name: usdM
    x-displayName: USD-M futures
    description: A classic USD-M futures account, served by `fapi`.
