using System.CommandLine;
using System.Text.Json;

namespace NativeHost.CommandLine.Bench;

/// <summary><c>tabagent bench</c>: how fast the host is on this machine.</summary>
internal static class BenchCommand
{
    private const int MaxRuns = 1000;
    private const int MaxTokens = 4096;

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var model = new Argument<string?>("model")
        {
            Description = "A .gguf file; the embedded story model where none is given.",
            DefaultValueFactory = _ => null,
        };
        var runs = Number("--runs", $"How often each figure is taken, 1 to {MaxRuns}; the median is printed.", 1, MaxRuns, 9);
        var tokens = Number("--tokens", $"How many tokens to generate in each run, 2 to {MaxTokens}.", 2, MaxTokens, 64);
        var command = new Command(
            "bench",
            """
            Measure this program on this machine, from outside and over frames: start to first answer, round trip, memory, and the
            speed of a model beside a bare loop over the same engine. The figures are printed as JSON; words about progress go to
            stderr.
            """)
        {
            model,
            runs,
            tokens,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var path = result.GetValue(model) is { } given ? Path.GetFullPath(given) : await ShippedModel.Story.UnpackAsync(cancellationToken);
            try
            {
                var benchmark = new Benchmark(result.GetValue(runs), result.GetValue(tokens), errors);
                var report = await benchmark.RunAsync(path, cancellationToken);
                await output.WriteLineAsync(JsonSerializer.Serialize(report, BenchJson.Default.BenchReport));
                return ExitCodes.Ok;
            }
            catch (IOException e)
            {
                await errors.WriteLineAsync($"tabagent: {e.Message}");
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    private static Option<int> Number(string name, string description, int least, int most, int otherwise)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var given && (given < least || given > most))
            {
                result.AddError($"{name} is {least} to {most}.");
            }
        });
        return option;
    }
}
