using System.CommandLine;
using NativeHost.CommandLine;
using NativeHost.Registration;

namespace NativeHost.Tests.Registration;

/// <summary>A machine made of a temporary folder: any of the three systems, with the verbs as a user runs them.</summary>
internal sealed class Machine : IDisposable
{
    public const string ChromiumId = "abcdefghijklmnopabcdefghijklmnop";
    public const string OtherChromiumId = "ponmlkjihgfedcbaponmlkjihgfedcba";
    public const string FirefoxId = "tabagent@example.org";

    public Machine(SystemKind system)
    {
        var folders = new MachineFolders(
            system,
            Root.Sub("home"),
            Path.Combine(Root.Path, "home", ".config"),
            Path.Combine(Root.Path, "home", "AppData", "Local"),
            Root.Sub("system"));
        var executable = Root.Write("#!/bin/sh\n", "program folder", "tabagent");
        TemporaryFolder.SetMode(executable, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Root.Sub("program folder", "natives");
        Context = new RegistrationContext
        {
            Folders = folders,
            ExecutablePath = executable,
            Registry = system == SystemKind.Windows ? Registry : null,
            LogFolder = Path.Combine(Root.Path, "logs"),
            Libraries = new SystemLibraries(
                system == SystemKind.Linux ? new Version(2, 36) : null,
                system == SystemKind.Windows ? Root.Sub("system", "System32") : null),
        };
    }

    public TemporaryFolder Root { get; } = new();

    public FakeRegistryKeys Registry { get; } = new();

    public RegistrationContext Context { get; set; }

    public string Home => Context.Folders.Home;

    /// <summary>Makes the folder by which the browser is known to be there, and returns the browser.</summary>
    public Browser Install(string name)
    {
        var browser = Browsers.On(Context.Folders).Single(known => known.Name == name);
        Directory.CreateDirectory(browser.Markers[0]);
        return browser;
    }

    public Answer Register(params string[] arguments) => Run(RegisterCommand.Create, ["register", .. arguments]);

    public Answer Unregister() => Run(UnregisterCommand.Create, ["unregister"]);

    public Answer Doctor(params string[] arguments) => Run(DoctorCommand.Create, ["doctor", .. arguments]);

    public Answer Run(Func<RegistrationContext, TextWriter, Command> create, string[] arguments)
    {
        using var output = new StringWriter();
        var root = new RootCommand { create(Context, output) };
        var exitCode = root.Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = output });
        return new Answer(exitCode, output.ToString());
    }

    public void Dispose() => Root.Dispose();
}

/// <summary>What a verb said.</summary>
internal readonly record struct Answer(int ExitCode, string Text);
