// A key and its self-signed certificate for localhost, made for these tests and worth nothing elsewhere:
// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost -addext subjectAltName=DNS:localhost

export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5vhN9JTb+ngOBWnM
hQ03wzfMiIUEiuZuLzZcEuI8c/OhRANCAAQGx/VWO+VJaj7dmzyFta7FTbVuEX+3
CXVk1uT30vF05RcUyI/tLKNNNq0hZ+rRUhUDOMnmxFj1kzcfmT9V+xeT
-----END PRIVATE KEY-----
`

export const cert = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIURpGFmc8JSZ6eLjndXrPq+pl1+/YwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA3MjY0MFoYDzIxMjYxMDI4
MDcyNjQwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQGx/VWO+VJaj7dmzyFta7FTbVuEX+3CXVk1uT30vF05RcUyI/tLKNN
Nq0hZ+rRUhUDOMnmxFj1kzcfmT9V+xeTo28wbTAdBgNVHQ4EFgQUXz0LbIzmZbKU
F3C8S6U7JevYAWwwHwYDVR0jBBgwFoAUXz0LbIzmZbKUF3C8S6U7JevYAWwwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAMIC4JIdUKnzLQw1Re41UfvOQ9kIzLfOd8qEfNHKSWgmAiEA
s77mIBQdAOkyAtidmoCSwd3AsxcrV0rQxg7ReeX9w7k=
-----END CERTIFICATE-----
`
