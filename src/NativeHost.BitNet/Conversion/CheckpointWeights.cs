using Microsoft.Win32.SafeHandles;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Conversion;

/// <summary>The tensors of a checkpoint, in one safetensors file or spread over several by an index.</summary>
/// <remarks>Any thread may read. The files stay open until it is disposed.</remarks>
internal sealed class CheckpointWeights : IDisposable
{
    private const string IndexName = "model.safetensors.index.json";

    private readonly Dictionary<string, CheckpointTensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<SafeFileHandle> _files = [];

    private CheckpointWeights()
    {
    }

    public IEnumerable<string> Names => _tensors.Keys;

    /// <exception cref="ModelFormatException">A file is damaged, or they do not go together.</exception>
    /// <exception cref="IOException">One is missing or cannot be read.</exception>
    public static CheckpointWeights Open(string folder)
    {
        var weights = new CheckpointWeights();
        try
        {
            foreach (var path in PathsIn(folder))
            {
                weights.Add(path);
            }

            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    public CheckpointTensor? Find(string name) => _tensors.GetValueOrDefault(name);

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private static string[] PathsIn(string folder)
    {
        var index = Path.Combine(folder, IndexName);
        if (!File.Exists(index))
        {
            string[] found = [.. Directory.EnumerateFiles(folder, "*.safetensors").Order(StringComparer.Ordinal)];
            return found.Length switch
            {
                1 => found,
                0 => throw new FileNotFoundException($"{folder} holds no .safetensors file, which the weights are read from."),
                _ => throw new FileNotFoundException($"{folder} holds {found.Length} .safetensors files, but no {IndexName} that says what is in them."),
            };
        }

        using var json = CheckpointJson.Read(index);
        return [.. json.Root.Object("weight_map").Properties().Select(entry => entry.Value.Text()).Distinct(StringComparer.Ordinal).Select(name =>
            name.Length > 0 && name is not ("." or "..") && !name.AsSpan().ContainsAny("/\\:\0")
                ? Path.Combine(folder, name)
                : throw new ModelFormatException(index, 0, $"'{name}' is no name of a file beside it."))];
    }

    private void Add(string path)
    {
        var header = SafetensorsFile.Read(path);
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        _files.Add(file);
        foreach (var tensor in header.Tensors)
        {
            if (!_tensors.TryAdd(tensor.Name, new CheckpointTensor(path, file, tensor)))
            {
                throw new ModelFormatException(path, 0, $"the tensor {tensor.Name} is in another file of the checkpoint too.");
            }
        }
    }
}
