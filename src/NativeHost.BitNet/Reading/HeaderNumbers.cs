using NativeHost.Gguf;
using NativeHost.Inference;

namespace NativeHost.BitNet.Reading;

/// <summary>The numbers that a header gives of its model, checked one by one.</summary>
internal sealed class HeaderNumbers(GgufFile file)
{
    /// <summary>A number that has to be there. Of a list by layer all must be the same.</summary>
    /// <exception cref="ModelFormatException">It is missing or outside its bounds.</exception>
    /// <exception cref="UnsupportedModelException">It is not the same in all layers.</exception>
    public int Count(string name, int most) => OptionalCount(name, most) ?? throw Wrong($"{Key(name)} is missing");

    /// <summary>A number of at least 1, or null where the header says nothing.</summary>
    public int? OptionalCount(string name, int most)
    {
        var key = Key(name);
        var value = file.Metadata.Integer(key);
        if (value is null && file.Metadata.Integers(key) is { Count: > 0 } layers)
        {
            value = layers.All(layer => layer == layers[0]) ? layers[0] : throw Unsupported($"has another {key} in some layers than in others, which is not computed here");
        }

        Require(value is null || (value >= 1 && value <= most), $"{key} is {value}; it must be from 1 to {most}");
        return (int?)value;
    }

    public float? Real(string name) => (float?)file.Metadata.Real(Key(name));

    public string? Text(string name) => file.Metadata.Text(Key(name));

    /// <summary>A number above 0, or another where the header says nothing.</summary>
    public float Positive(string name, float otherwise)
    {
        var value = Real(name) ?? otherwise;
        Require(float.IsFinite(value) && value > 0, $"{Key(name)} is {value}; it must be above 0");
        return value;
    }

    public void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw Wrong(problem);
        }
    }

    public ModelFormatException Wrong(string problem) => new(file.Path, file.MetadataOffset, problem + ".");

    public UnsupportedModelException Unsupported(string problem) => new(file.Architecture!, $"{file.Path} {problem}.");

    private string Key(string name) => $"{file.Architecture}.{name}";
}
