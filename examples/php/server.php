<?php

// A back end that asks Yaoshi whose token a request carries. README.md says how to run it.

declare(strict_types=1);

const TIMEOUT_MS = 2000;

/** Answers and ends: a problem document, as Yaoshi writes them. */
function refuse(int $status, string $code, string $recover, string ...$headers): never
{
    foreach ($headers as $header) {
        header($header);
    }
    answer($status, ['code' => $code, 'recover' => $recover], 'application/problem+json');
}

function answer(int $status, array $body, string $type = 'application/json'): never
{
    // Before the status, which PHP changes to 401 with the header WWW-Authenticate.
    header("Content-Type: $type");
    http_response_code($status);
    exit(json_encode($body, JSON_THROW_ON_ERROR));
}

/** Returns status, Retry-After and body of Yaoshi's answer; status 0 if there is none. */
function introspect(string $token): array
{
    $retryAfter = '1';
    $curl = curl_init(rtrim(getenv('LOGIN_SERVER'), '/') . '/oauth/introspect');
    curl_setopt_array($curl, [
        // `unregistered` lets this back end tell a user who has yet to register from an invalid token.
        CURLOPT_POSTFIELDS => http_build_query(['token' => $token, 'unregistered' => 'allow']),
        CURLOPT_USERPWD => getenv('SERVICE_ID') . ':' . getenv('SERVICE_SECRET'),
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT_MS => TIMEOUT_MS,
        CURLOPT_NOSIGNAL => true,
        CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$retryAfter): int {
            if (preg_match('/^Retry-After: *(\d+)/i', $line, $match)) {
                $retryAfter = $match[1];
            }
            return strlen($line);
        },
    ]);
    $body = curl_exec($curl);
    if ($body === false) {
        error_log('No answer from Yaoshi: ' . curl_error($curl));
        return [0, $retryAfter, ''];
    }
    return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $retryAfter, $body];
}

/** Returns who the user is, or refuses the request. */
function authenticate(): array
{
    if (!preg_match('/^Bearer +(\S+)$/i', $_SERVER['HTTP_AUTHORIZATION'] ?? '', $bearer)) {
        refuse(401, 'missing_token', 'login_again', 'WWW-Authenticate: Bearer');
    }
    [$status, $retryAfter, $body] = introspect($bearer[1]);
    $caller = json_decode($body, true);
    if ($status === 0 || $status === 429 || $status >= 500 || ($status === 200 && !is_array($caller))) {
        refuse(503, 'yaoshi_unavailable', 'retry', "Retry-After: $retryAfter");
    }
    if ($status !== 200) {
        // About this back end's credentials, not about the user's token: the client must not see a 401.
        error_log("Yaoshi refuses the introspection: $status $body");
        refuse(502, 'introspection_refused', 'operator');
    }
    if (!$caller['active']) {
        refuse(401, 'invalid_token', 'login_again', 'WWW-Authenticate: Bearer error="invalid_token"');
    }
    if ($caller['app_id'] !== getenv('APP_ID')) {
        refuse(403, 'other_app', 'fix_request');
    }
    if ($caller['state'] !== 'registered') {
        refuse(403, 'not_registered', 'register');
    }
    return $caller;
}

if (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) !== '/orders') {
    refuse(404, 'no_such_route', 'fix_request');
}
$caller = authenticate();
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    // Orders of WeChat Pay name their payer by openid.
    answer(201, ['user' => $caller['sub'], 'payer' => ['openid' => $caller['openid']]]);
}
answer(200, ['user' => $caller['sub'], 'orders' => []]);
