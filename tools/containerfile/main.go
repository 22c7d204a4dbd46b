// Command containerfile judges a container recipe as BuildKit does, and says what each stage would do, as JSON.
//
//	containerfile FILE  →  {"warnings": ["RuleName: message (line 3)"], "stages": [{"from": ..., "steps": [["RUN", ...]]}]}
//
// BuildKit's own parser and linter, without a daemon; base images are not looked up.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/opencontainers/go-digest"
)

type stage struct {
	From  string   `json:"from"`
	Steps []string `json:"steps"`
}

type judged struct {
	Warnings []string `json:"warnings"`
	Stages   []stage  `json:"stages"`
}

// anyImage answers for every base image that it is there and says nothing about itself.
type anyImage struct{}

func (anyImage) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	return ref, "", []byte(`{"architecture":"amd64","os":"linux","config":{}}`), nil
}

func main() {
	if err := judge(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func judge(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	result := judged{Warnings: []string{}}
	if result.Warnings, err = warnings(file, text); err != nil {
		return err
	}
	if result.Stages, err = stages(text); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}

func warnings(file string, text []byte) ([]string, error) {
	source := llb.NewSourceMap(nil, file, "Dockerfile", text)
	source.Definition = &llb.Definition{}
	opt := dockerfile2llb.ConvertOpt{SourceMap: source, MetaResolver: anyImage{}}
	found, err := dockerfile2llb.DockerfileLint(context.Background(), text, opt)
	if err != nil {
		return nil, err
	}
	if found.Error != nil {
		return nil, fmt.Errorf("%s: %s", file, found.Error.Message)
	}
	told := []string{}
	for _, one := range found.Warnings {
		line := one.Location.GetRanges()[0].GetStart().GetLine()
		told = append(told, fmt.Sprintf("%s: %s (line %d)", one.RuleName, one.Detail, line))
	}
	return told, nil
}

func stages(text []byte) ([]stage, error) {
	read, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	parsed, _, err := instructions.Parse(read.AST, nil)
	if err != nil {
		return nil, err
	}
	var all []stage
	for _, one := range parsed {
		steps := []string{}
		for _, command := range one.Commands {
			steps = append(steps, fmt.Sprint(command))
		}
		all = append(all, stage{From: one.BaseName, Steps: steps})
	}
	return all, nil
}
