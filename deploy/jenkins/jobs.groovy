// The seed: one job, which finds the branches and pull requests of the repository that have a Jenkinsfile.
multibranchPipelineJob('realeyez') {
    description('From a commit to a service that is watched: ci/README.md')

    branchSources {
        branchSource {
            source {
                github {
                    id('realeyez')
                    repoOwner("${GITHUB_OWNER}")
                    repository("${GITHUB_REPOSITORY}")
                    repositoryUrl("https://github.com/${GITHUB_OWNER}/${GITHUB_REPOSITORY}")
                    configuredByUrl(false)
                    credentialsId('github')
                    traits {
                        gitHubBranchDiscovery { strategyId(1) } // not those that have a pull request
                        gitHubPullRequestDiscovery { strategyId(1) } // merged with main; of this repository only
                        refSpecsSCMSourceTrait { // stage 1 compares with main
                            templates {
                                refSpecTemplate { value('+refs/heads/*:refs/remotes/@{remote}/*') }
                            }
                        }
                    }
                }
            }
        }
    }

    factory {
        workflowBranchProjectFactory { scriptPath('Jenkinsfile') }
    }

    orphanedItemStrategy {
        discardOldItems { numToKeep(20) }
    }
}
