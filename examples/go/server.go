// A back end that asks Yaoshi whose token a request carries. README.md says how to run it.
package main

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"
)

// Caller is who the user is: a part of Yaoshi's answer.
type Caller struct {
	Active bool   `json:"active"`
	User   string `json:"sub"`
	AppID  string `json:"app_id"`
	OpenID string `json:"openid"`
	State  string `json:"state"`
}

// Refusal answers a request that goes no further: a problem document, as Yaoshi writes them.
type Refusal struct {
	status  int
	header  map[string]string
	Code    string `json:"code"`
	Recover string `json:"recover"`
}

var (
	bearer = regexp.MustCompile(`^(?i:Bearer) +(\S+)$`)
	yaoshi = &http.Client{
		Timeout:   2 * time.Second,
		Transport: &http.Transport{MaxIdleConns: 32, MaxIdleConnsPerHost: 32, IdleConnTimeout: 25 * time.Second},
	}
)

func introspect(token string) (*http.Response, error) {
	// `unregistered` lets this back end tell a user who has yet to register from an invalid token.
	form := url.Values{"token": {token}, "unregistered": {"allow"}}
	address := strings.TrimSuffix(os.Getenv("LOGIN_SERVER"), "/") + "/oauth/introspect"
	request, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.SetBasicAuth(os.Getenv("SERVICE_ID"), os.Getenv("SERVICE_SECRET"))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	// Not sent. It tells net/http that it may ask again if Yaoshi had closed the idle connection.
	request.Header["Idempotency-Key"] = nil
	return yaoshi.Do(request)
}

func unavailable(retryAfter string) *Refusal {
	if retryAfter == "" {
		retryAfter = "1"
	}
	return &Refusal{503, map[string]string{"Retry-After": retryAfter}, "yaoshi_unavailable", "retry"}
}

func authenticate(authorization string) (*Caller, *Refusal) {
	match := bearer.FindStringSubmatch(authorization)
	if match == nil {
		return nil, &Refusal{401, map[string]string{"WWW-Authenticate": "Bearer"}, "missing_token", "login_again"}
	}
	response, err := introspect(match[1])
	if err != nil {
		log.Print("No answer from Yaoshi: ", err)
		return nil, unavailable("")
	}
	defer response.Body.Close()
	// Read to the end, or the connection is not used again.
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode == 429 || response.StatusCode >= 500 {
		return nil, unavailable(response.Header.Get("Retry-After"))
	}
	if response.StatusCode != 200 {
		// About this back end's credentials, not about the user's token: the client must not see a 401.
		log.Printf("Yaoshi refuses the introspection: %d %s", response.StatusCode, body)
		return nil, &Refusal{502, nil, "introspection_refused", "operator"}
	}
	var caller Caller
	if err := json.Unmarshal(body, &caller); err != nil {
		log.Print("The answer is not Yaoshi's: ", err)
		return nil, unavailable("")
	}
	if !caller.Active {
		challenge := map[string]string{"WWW-Authenticate": `Bearer error="invalid_token"`}
		return nil, &Refusal{401, challenge, "invalid_token", "login_again"}
	}
	if caller.AppID != os.Getenv("APP_ID") {
		return nil, &Refusal{403, nil, "other_app", "fix_request"}
	}
	if caller.State != "registered" {
		return nil, &Refusal{403, nil, "not_registered", "register"}
	}
	return &caller, nil
}

// protected calls the handler for registered users only.
func protected(handler func(*Caller, *http.Request) (int, any)) http.HandlerFunc {
	return func(writer http.ResponseWriter, request *http.Request) {
		caller, refusal := authenticate(request.Header.Get("Authorization"))
		if refusal != nil {
			refusal.write(writer)
			return
		}
		status, body := handler(caller, request)
		write(writer, status, "application/json", body)
	}
}

func (refusal *Refusal) write(writer http.ResponseWriter) {
	for name, value := range refusal.header {
		writer.Header().Set(name, value)
	}
	write(writer, refusal.status, "application/problem+json", refusal)
}

func write(writer http.ResponseWriter, status int, contentType string, body any) {
	writer.Header().Set("Content-Type", contentType)
	writer.WriteHeader(status)
	json.NewEncoder(writer).Encode(body)
}

func orders(caller *Caller, request *http.Request) (int, any) {
	if request.Method == http.MethodPost {
		// Orders of WeChat Pay name their payer by openid.
		return 201, map[string]any{"user": caller.User, "payer": map[string]string{"openid": caller.OpenID}}
	}
	return 200, map[string]any{"user": caller.User, "orders": []string{}}
}

func main() {
	for _, name := range []string{"LOGIN_SERVER", "SERVICE_ID", "SERVICE_SECRET", "APP_ID"} {
		if os.Getenv(name) == "" {
			log.Fatalf("%s is missing: see README.md", name)
		}
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "3000"
	}
	http.HandleFunc("/orders", protected(orders))
	http.HandleFunc("/", func(writer http.ResponseWriter, _ *http.Request) {
		(&Refusal{404, nil, "no_such_route", "fix_request"}).write(writer)
	})
	log.Print("The back end listens at http://127.0.0.1:", port)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, nil))
}
