package bot

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

var mockURL string

func TestMain(m *testing.M) {
	mock := exec.Command("npx", "binance-accounts", "mock", "--quiet", "--exit-with-parent")
	mock.Stderr = os.Stderr
	input, _ := mock.StdinPipe()
	output, _ := mock.StdoutPipe()
	if err := mock.Start(); err != nil {
		panic(err)
	}
	line, _ := bufio.NewReader(output).ReadString('\n')
	mockURL = strings.TrimPrefix(strings.TrimSpace(line), "export BINANCE_BASE_URL=")
	code := m.Run()
	input.Close() // The mock ends when its standard input does.
	mock.Wait()
	os.Exit(code)
}

// An account of the mock, with a key of its own.
type account struct {
	t      *testing.T
	APIKey string
	Secret string
}

func newAccount(t *testing.T) *account {
	a := &account{t: t}
	a.control("POST", "keys", nil, a)
	return a
}

func (a *account) control(method, path string, body, into any) {
	a.t.Helper()
	var text []byte
	if body != nil {
		text, _ = json.Marshal(body)
	}
	a.send(method, "/__mock/"+path, text, into)
}

func (a *account) get(path, parameters string, into any) int {
	a.t.Helper()
	query := fmt.Sprintf("%stimestamp=%d", parameters, time.Now().UnixMilli())
	mac := hmac.New(sha256.New, []byte(a.Secret))
	mac.Write([]byte(query))
	return a.send("GET", path+"?"+query+"&signature="+hex.EncodeToString(mac.Sum(nil)), nil, into)
}

func (a *account) send(method, path string, body []byte, into any) int {
	a.t.Helper()
	request, err := http.NewRequest(method, mockURL+path, bytes.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	if a.APIKey != "" {
		request.Header.Set("X-MBX-APIKEY", a.APIKey)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	if into != nil {
		if err := json.NewDecoder(response.Body).Decode(into); err != nil {
			a.t.Fatal(err)
		}
	}
	return response.StatusCode
}

func TestAnAlarmAtAMarginCall(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.control("PUT", "state", map[string]string{"scenario": "marginCall"}, nil)
	var answer struct{ AccountStatus string }
	if a.get("/papi/v1/account", "", &answer); answer.AccountStatus != "MARGIN_CALL" {
		t.Errorf("accountStatus is %q", answer.AccountStatus)
	}
}

func TestWhatTheMockNoticed(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	overloaded := map[string]any{"fault": "error", "example": "overloaded", "times": 1}
	a.control("PUT", "faults", []any{overloaded}, nil)
	if status := a.get("/papi/v1/um/account", "recvWindow=5000&", nil); status != 503 {
		t.Errorf("status is %d", status)
	}
	var journal struct{ Warnings []string }
	if a.control("GET", "journal", nil, &journal); len(journal.Warnings) > 0 {
		t.Error(journal.Warnings)
	}
}
