// Command gitops judges objects as GitOps tools do, and says so as JSON, one line an object.
//
//	gitops SCRIPT < OBJECTS.json  →  {"kstatus": "Current", "argocd": "Healthy", "message": "..."}
//
// kstatus is the library that Flux, kpt and Helm wait with; the script is run by the Lua of Argo CD, with the object as
// its global obj, and returns a table with status and message, as Argo CD asks of a health check.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

type judgement struct {
	Kstatus string `json:"kstatus"`
	Argocd  string `json:"argocd"`
	Message string `json:"message"`
}

func main() {
	if len(os.Args) != 2 {
		fail("one argument is asked for: the file of a health check in Lua")
	}
	script, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	var objects []map[string]any
	if err := json.NewDecoder(os.Stdin).Decode(&objects); err != nil {
		fail(err)
	}
	for _, object := range objects {
		if err := json.NewEncoder(os.Stdout).Encode(judge(object, string(script))); err != nil {
			fail(err)
		}
	}
}

func judge(object map[string]any, script string) judgement {
	computed, err := status.Compute(&unstructured.Unstructured{Object: integers(object).(map[string]any)})
	if err != nil {
		fail(err)
	}
	state := lua.NewState()
	defer state.Close()
	state.SetGlobal("obj", value(state, object))
	if err := state.DoString(script); err != nil {
		fail(err)
	}
	answer, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		fail("the script returns no table")
	}
	return judgement{
		Kstatus: computed.Status.String(),
		Argocd:  answer.RawGetString("status").String(),
		Message: answer.RawGetString("message").String(),
	}
}

// integers are what the API server sends and kstatus reads; JSON alone knows only floats.
func integers(of any) any {
	switch whole := of.(type) {
	case map[string]any:
		made := map[string]any{}
		for key, one := range whole {
			made[key] = integers(one)
		}
		return made
	case []any:
		made := make([]any, len(whole))
		for place, one := range whole {
			made[place] = integers(one)
		}
		return made
	case float64:
		return int64(whole)
	}
	return of
}

func value(state *lua.LState, of any) lua.LValue {
	switch whole := of.(type) {
	case map[string]any:
		table := state.NewTable()
		for key, one := range whole {
			table.RawSetString(key, value(state, one))
		}
		return table
	case []any:
		table := state.NewTable()
		for _, one := range whole {
			table.Append(value(state, one))
		}
		return table
	case string:
		return lua.LString(whole)
	case float64:
		return lua.LNumber(whole)
	case bool:
		return lua.LBool(whole)
	}
	return lua.LNil
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
