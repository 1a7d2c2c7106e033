namespace NativeHost.Testing;

/// <summary>A method of a test class that runs alone, in a process of its own, which ends with 0 where it passes.</summary>
internal static class ChildTest
{
    /// <param name="variable">Of the environment, where the method finds its words.</param>
    public static System.Diagnostics.Process Start(Type test, string method, string variable, params object[] words)
    {
        var start = new System.Diagnostics.ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(test.Assembly.Location);
        }

        foreach (var word in new[] { "-noColor", "-explicit", "only", "-method", $"{test.FullName}.{method}" })
        {
            start.ArgumentList.Add(word);
        }

        start.Environment[variable] = string.Join('|', words);
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        var process = System.Diagnostics.Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
