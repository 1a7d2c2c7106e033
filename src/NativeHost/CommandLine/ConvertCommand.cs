using System.CommandLine;
using NativeHost.BitNet.Conversion;
using NativeHost.Gguf;
using NativeHost.Inference;

namespace NativeHost.CommandLine;

/// <summary><c>tabagent convert</c>: a ternary checkpoint of Hugging Face becomes a model file.</summary>
internal static class ConvertCommand
{
    public static Command Create(TextWriter output, TextWriter errors)
    {
        var source = new Argument<string>("source")
        {
            Description = "A folder with config.json, tokenizer.json and .safetensors files of a BitNet model.",
        };
        var target = new Argument<string>("output") { Description = "The .gguf file to write." };
        var force = new Option<bool>("--force") { Description = "Replace the file where there is one already." };
        var command = new Command(
            "convert",
            """
            Make a model file of a ternary (BitNet b1.58) checkpoint: weights as I2_S, embedding as F16. It takes both checkpoints that
            are ternary already and trained weights that become so when they are used, and refuses what is not ternary. Example:
              tabagent convert bitnet-b1.58-2B-4T bitnet-2b.gguf
            """)
        {
            source,
            target,
            force,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            Path.GetFullPath(result.GetValue(source)!),
            Path.GetFullPath(result.GetValue(target)!),
            result.GetValue(force),
            output,
            errors,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string folder, string path, bool replaces, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            await errors.WriteLineAsync($"tabagent: There is no folder {folder}.");
            return ExitCodes.Usage;
        }

        if (Directory.Exists(path) || (File.Exists(path) && !replaces))
        {
            await errors.WriteLineAsync($"tabagent: {path} is there already; --force replaces a file.");
            return ExitCodes.Usage;
        }

        try
        {
            await Task.Run(() => CheckpointConverter.Convert(folder, path, new Percentages(errors), cancellationToken), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelFormatException or UnsupportedModelException)
        {
            await errors.WriteLineAsync($"tabagent: {e.Message}");
            return ExitCodes.Failed;
        }

        await output.WriteLineAsync($"{path}: {new FileInfo(path).Length / 1e6:F1} MB");
        return ExitCodes.Ok;
    }

    /// <summary>Writes a line for every tenth.</summary>
    private sealed class Percentages(TextWriter errors) : IProgress<double>
    {
        private int _tenths;

        public void Report(double value)
        {
            for (; _tenths < (int)(value * 10); _tenths++)
            {
                errors.WriteLine($"{(_tenths + 1) * 10} %");
            }
        }
    }
}
