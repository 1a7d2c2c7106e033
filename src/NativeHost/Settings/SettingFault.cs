namespace NativeHost.Settings;

/// <summary>Something that is wrong in what the user wrote.</summary>
/// <param name="Line">Where it stands in the file, from 1; null where it is about the whole file, or about a variable.</param>
/// <param name="Problem">What is wrong and what holds instead, for a person.</param>
internal sealed record SettingFault(int? Line, string Problem)
{
    /// <summary>The whole of it, for a person.</summary>
    /// <param name="file">Path of the settings file.</param>
    public string In(string file) => Line is { } line ? $"{file}, line {line}: {Problem}" : Problem;
}
